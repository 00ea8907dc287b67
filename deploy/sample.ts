import { randomText } from "../emulator/core/random";
import type { LocalCloud } from "../emulator/local-cloud";
import type { Instance } from "../emulator/rds/instance";
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

/** Masters that RDS makes temporary instances of, and masters that it clones. */
const editions = {
  "2008 R2": { engineVersion: "2008r2", storageType: "local_ssd" },
  "2019": { engineVersion: "2019_std_ha", storageType: "cloud_essd", instanceClass: "mssql.x2.medium.s2" },
} as const;

export type SampleEdition = keyof typeof editions;

/** A master with the sample shop, its backups, and a secret that the functions may read. Commits are in time order, so an accident of the past needs a history that ends before it. */
export function addSampleMaster(
  cloud: LocalCloud,
  masterInstanceId = "rm-shop",
  historyEndsMinutesAgo = 0,
  edition: SampleEdition = "2008 R2",
): SampleMaster {
  const nowMs = cloud.clock.nowMs() - historyEndsMinutesAgo * 60_000;
  const passwords = { dba: `Dba-${randomText(cloud.random, 12)}`, report: `Rep-${randomText(cloud.random, 12)}` };
  const shop = seedShop(nowMs, cloud.random, passwords);
  const instance = cloud.rds.addInstance({
    id: masterInstanceId,
    ...editions[edition],
    storageGb: 100,
    networkType: "VPC",
    collation: "Chinese_PRC_CI_AS",
    timeZone: "China Standard Time",
    createdAtMs: nowMs - 10 * 24 * 3_600_000,
    whitelist: { default: ["192.168.0.0/16", "203.0.113.0/24"] },
    data: shop.data,
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
