import { deadAlarms } from "../../shared/alerts/take";
import { stepFunctions } from "../../shared/restore/model/states";
import { callQueues, openQueues } from "../queue-client";
import { orAbsent } from "../refusal";
import type { Stage } from "../stage";
import type { Change } from "./change";

/** Every queue that s.yaml names: one per function that is nudged, the alarms, and the alarms' dead letters. */
export const queueNames = [...stepFunctions, "restore-on-alert", deadAlarms] as const;

/** A message that is being worked on comes again after this time, which covers the longest function. */
export const visibilitySeconds = 300;

/** Messages stay longer than any outage of ours should last: four days. */
const attributes = { MessageRetentionPeriod: 345_600, VisibilityTimeout: visibilitySeconds, PollingWaitSeconds: 0 };

/** Queues that are missing, and those whose attributes are others: an older version's, or changed by hand. */
export async function lookAtQueues(stage: Stage): Promise<Change[]> {
  const client = openQueues(stage);
  const changes: Change[] = [];
  for (const name of queueNames.map((queue) => `${stage.names.prefix}-${queue}`)) {
    const found = await orAbsent(/^QueueNotExist$/, () =>
      callQueues("GetQueueAttributes", () => client.getQueueAttributes(name)),
    );
    if (!found)
      changes.push({
        text: `Makes the queue ${name}.`,
        apply: async () => void (await callQueues("CreateQueue", () => client.createQueue(name, attributes))),
      });
    else if (differing(found).length > 0)
      changes.push({
        text: `Changes the queue ${name}: ${differing(found).join(", ")}.`,
        apply: async () =>
          void (await callQueues("SetQueueAttributes", () => client.setQueueAttributes(name, attributes))),
      });
  }
  return changes;
}

/** Alarms are facts that nothing else knows; nudges are not. */
const queuesWithData: readonly string[] = ["restore-on-alert", deadAlarms];

/** Removes the queues that are there, those of alarms only with the data. */
export async function lookAtQueuesToRemove(stage: Stage, withData: boolean): Promise<Change[]> {
  const client = openQueues(stage);
  const changes: Change[] = [];
  const names = queueNames.filter((name) => withData || !queuesWithData.includes(name));
  for (const name of names.map((queue) => `${stage.names.prefix}-${queue}`)) {
    const found = await orAbsent(/^QueueNotExist$/, () =>
      callQueues("GetQueueAttributes", () => client.getQueueAttributes(name)),
    );
    if (found)
      changes.push({
        text: `Deletes the queue ${name} and the messages in it.`,
        apply: async () => void (await callQueues("DeleteQueue", () => client.deleteQueue(name))),
      });
  }
  return changes;
}

function differing(found: Readonly<Record<string, string>>): string[] {
  return Object.entries(attributes)
    .filter(([name, value]) => found[name] !== String(value))
    .map(([name, value]) => `${name} from ${found[name]} to ${value}`);
}
