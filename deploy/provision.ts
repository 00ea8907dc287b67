import { deadAlarms } from "../shared/alerts/take";
import { createQueues } from "../shared/messaging/mns-queues";
import { stepFunctions } from "../shared/restore/states";
import { createTables } from "../shared/store/tablestore-rows";

export interface ProvisionSettings {
  readonly region: string;
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly mnsEndpoint: string;
  readonly tablestoreEndpoint: string;
  readonly tablestoreInstance: string;
  readonly queuePrefix: string;
}

/** Every queue that s.yaml names: one per function that is nudged, the alarms, and the alarms' dead letters. */
export const queueNames = [...stepFunctions, "restore-on-alert", deadAlarms] as const;

/** Makes queues and tables that are not there yet; repeating it is harmless. */
export async function provision(settings: ProvisionSettings): Promise<void> {
  const credentials = () => ({ accessKeyId: settings.accessKeyId, accessKeySecret: settings.accessKeySecret });
  await createQueues(
    {
      endpoint: settings.mnsEndpoint,
      accountId: settings.accountId,
      region: settings.region,
      queuePrefix: settings.queuePrefix,
      credentials,
    },
    queueNames,
  );
  await createTables({ endpoint: settings.tablestoreEndpoint, instanceName: settings.tablestoreInstance, credentials });
}
