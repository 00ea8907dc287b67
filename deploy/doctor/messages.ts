import { deadAlarms } from "../../shared/alerts/take";
import { queueNames } from "../provision/queues";
import { callQueues, openQueues } from "../queue-client";
import { orAbsent } from "../refusal";
import type { Stage } from "../stage";
import { type Examination, notChecked, ok, wrong } from "./finding";

/** What waits in the queues: alarms that were not taken wait for a person, everything else for its event stream. */
export function messageAreas(stage: Stage): Examination[] {
  return [
    { area: "event streams", look: () => lookAtStreams(stage) },
    { area: "dead alarms", look: () => lookAtDeadAlarms(stage) },
  ];
}

/** EventBridge has no official client for Node.js (npm, December 2026). What waits is shown, because a stream that stands leaves it. */
async function lookAtStreams(stage: Stage) {
  const { prefix } = stage.names;
  const waiting: string[] = [];
  for (const name of queueNames.filter((queue) => queue !== deadAlarms)) {
    const count = await countWaiting(stage, `${prefix}-${name}`);
    if (count > 0) waiting.push(`${count} in ${prefix}-${name}`);
  }
  return [
    notChecked(
      `Whether the event streams run: EventBridge has no official client for Node.js. Messages that wait: ${waiting.join(", ") || "none"}.`,
      `Open EventBridge's console, Event Streams: each stream from a queue ${prefix}-… must be Running.`,
    ),
  ];
}

async function lookAtDeadAlarms(stage: Stage) {
  const count = await countWaiting(stage, `${stage.names.prefix}-${deadAlarms}`);
  if (count === 0) return [ok("No alarm waits among the dead letters.")];
  return [
    wrong(
      `${count} ${count === 1 ? "alarm was" : "alarms were"} not taken.`,
      "Look in the log why, put it right, and run npm run replay within four days.",
    ),
  ];
}

/** Nothing waits in a queue that is missing, which is told elsewhere. */
async function countWaiting(stage: Stage, queue: string): Promise<number> {
  const found = await orAbsent(/^QueueNotExist$/, () =>
    callQueues("GetQueueAttributes", () => openQueues(stage).getQueueAttributes(queue)),
  );
  return Number(found?.["ActiveMessages"] ?? 0);
}
