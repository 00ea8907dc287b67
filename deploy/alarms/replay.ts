import { decodeAlarm } from "../../shared/alerts/alarm";
import { deadAlarms } from "../../shared/alerts/take";
import { decodeQueueEvent } from "../../shared/messaging/events";
import { callQueues, openQueues } from "../queue-client";
import { orAbsent } from "../refusal";
import type { Stage } from "../stage";

/**
 * Puts alarms that could not be delivered back into their queue. Each is sent before it is deleted from the dead letters, so that none is
 * lost; sent twice it starts one restore (the cool-down of its master). What is no alarm stays where it is, and is hidden for five minutes.
 * @returns how many were sent. @throws Refusal
 */
export async function replayAlarms(stage: Stage, say: (line: string) => void): Promise<number> {
  const client = openQueues(stage);
  const alarms = `${stage.names.prefix}-restore-on-alert`;
  const dead = `${stage.names.prefix}-${deadAlarms}`;
  // Only as many as there are now: an alarm that is refused again comes back into this queue.
  const { ActiveMessages = "0" } = await callQueues("GetQueueAttributes", () => client.getQueueAttributes(dead));
  let sent = 0;
  for (let left = Number(ActiveMessages); left > 0; left--) {
    const message = await orAbsent(/^MessageNotExist$/, () =>
      callQueues("ReceiveMessage", () => client.receiveMessage(dead)),
    );
    if (!message) break;
    const { MessageId, MessageBody = "", ReceiptHandle = "" } = message;
    const text = alarmIn(MessageBody);
    const decoded = decodeAlarm(text);
    if (decoded.kind !== "alarm") {
      say(`${MessageId} stays: ${decoded.kind === "unknown" ? decoded.problem : "it says that an alarm is over"}.`);
      continue;
    }
    await callQueues("SendMessage", () =>
      client.sendMessage(alarms, { MessageBody: Buffer.from(text, "utf8").toString("base64") }),
    );
    await callQueues("DeleteMessage", () => client.deleteMessage(dead, ReceiptHandle));
    say(
      `${MessageId} is sent again: ${decoded.alarm.masterInstanceId}, ${new Date(decoded.alarm.atMs).toISOString()}.`,
    );
    sent++;
  }
  say(sent === 0 ? "No alarm was sent again." : `${sent} ${sent === 1 ? "alarm was" : "alarms were"} sent again.`);
  return sent;
}

/** The text that was sent as an alarm: a function puts it here as it was, the platform may wrap it into the event of its stream. */
function alarmIn(messageBody: string): string {
  const text = bodyOf({ messageBody }) ?? messageBody;
  return bodyOf(text) ?? text;
}

function bodyOf(event: unknown): string | null {
  const text = typeof event === "string" ? event : JSON.stringify(event);
  return decodeQueueEvent(Buffer.from(text))[0]?.body ?? null;
}
