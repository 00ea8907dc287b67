import { randomText } from "../emulator/core/random";
import type { LocalCloud } from "../emulator/local-cloud";
import type { Instance } from "../emulator/rds/instance";
import type { InstanceSpec } from "../emulator/rds/managed-instance";
import { deleteAllOrders, type ShopHistory, seedShop } from "../emulator/sample/shop";

export interface SampleMaster {
  readonly instance: Instance;
  readonly shop: ShopHistory;
  readonly logins: {
    readonly dba: { readonly userName: string; readonly password: string };
    readonly report: { readonly userName: string; readonly password: string };
  };
  readonly secretName: string;
}

/** The engine of the sample's master: 2008 R2 on local disk, unless another one is wanted. */
export type SampleEngine = Pick<InstanceSpec, "engineVersion" | "storageType" | "category" | "instanceClass">;

/** SQL Server 2019 with high availability, as it is sold today. */
export const modernEngine: SampleEngine = {
  engineVersion: "2019_std_ha",
  storageType: "cloud_essd",
  category: "HighAvailability",
  instanceClass: "mssql.x2.medium.s2",
};

/** A master with the sample shop, its backups, and a secret that the functions may read. Commits are in time order, so an accident of the past needs a history that ends before it. */
export function addSampleMaster(
  cloud: LocalCloud,
  masterInstanceId = "rm-shop",
  historyEndsMinutesAgo = 0,
  engine: SampleEngine = {},
): SampleMaster {
  const nowMs = cloud.clock.nowMs() - historyEndsMinutesAgo * 60_000;
  const passwords = { dba: `Dba-${randomText(cloud.random, 12)}`, report: `Rep-${randomText(cloud.random, 12)}` };
  const shop = seedShop(nowMs, cloud.random, passwords);
  const instance = cloud.rds.addInstance({
    id: masterInstanceId,
    storageGb: 100,
    networkType: "VPC",
    collation: "Chinese_PRC_CI_AS",
    timeZone: "China Standard Time",
    createdAtMs: nowMs - 10 * 24 * 3_600_000,
    whitelist: { default: ["192.168.0.0/16", "203.0.113.0/24"] },
    data: shop.data,
    ...engine,
  });
  const secretName = `rewind/${masterInstanceId}/dba`;
  cloud.kms.createSecret(secretName, JSON.stringify({ AccountName: "shop_dba", AccountPassword: passwords.dba }));
  return {
    instance,
    shop,
    logins: {
      dba: { userName: "shop_dba", password: passwords.dba },
      report: { userName: "shop_report", password: passwords.report },
    },
    secretName,
  };
}

/** The accident: every order is deleted. Answers when, and how many rows were there before. */
export function playAccident(
  sample: SampleMaster,
  atMs: number,
): { readonly atMs: number; readonly rowsBefore: number } {
  return { atMs, rowsBefore: deleteAllOrders(sample.shop.database, atMs) };
}
