import { hostOf } from "./endpoints";
import type { Settings } from "./settings";

/** Functions and everything else of a stage carry this in front. */
export const prefixOf = ({ stage }: Settings): string => `rewind-${stage}`;

/** Where functions write to, in the log project. */
export const logstore = "functions";

/** Names and addresses that follow from the settings where they do not say them. */
export interface Names {
  readonly prefix: string;
  readonly tablestoreInstance: string;
  readonly logProject: string;
  readonly endpoints: Readonly<Record<keyof Settings["endpoints"], string>>;
}

export function namesOf(settings: Settings): Names {
  const { region, account, endpoints } = settings;
  const prefix = prefixOf(settings);
  const tablestoreInstance = settings.tablestore.instance ?? prefix;
  return {
    prefix,
    tablestoreInstance,
    logProject: settings.logs.project ?? `${prefix}-${account}`,
    endpoints: {
      rds: endpoints.rds ?? hostOf("rds", region),
      dts: endpoints.dts ?? hostOf("dts", region),
      kms: endpoints.kms ?? `kms.${region}.aliyuncs.com`,
      mns: endpoints.mns ?? `https://${account}.mns.${region}.aliyuncs.com`,
      tablestore: endpoints.tablestore ?? `https://${tablestoreInstance}.${region}.ots.aliyuncs.com`,
      tablestoreManagement: endpoints.tablestoreManagement ?? `tablestore.${region}.aliyuncs.com`,
      logs: endpoints.logs ?? `${region}.log.aliyuncs.com`,
      ram: endpoints.ram ?? "ram.aliyuncs.com",
      functions: endpoints.functions ?? `fcv3.${region}.aliyuncs.com`,
    },
  };
}
