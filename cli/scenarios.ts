import type { LocalRewind } from "../deploy/local";
import { modernEngine, type SampleEngine, type SampleMaster } from "../deploy/sample";
import type { Change } from "../emulator/data/database";

/** What `npm start -- --scenario <name>` plays: an accident, how it is asked to be undone, and what must be true at the end. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** The wrong statement, as somebody typed it. */
  readonly statement: string;
  /** Plays the accident at `atMs`; answers a line about what it did. */
  accident(sample: SampleMaster, atMs: number): string;
  /** What is asked for, beyond master, time and secret; null: an alarm starts it. */
  readonly request: Readonly<Record<string, unknown>> | null;
  /** Settings of the deployment, as in `rewind.yaml`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The engine of the master; left out: SQL Server 2008 R2. */
  readonly engine?: SampleEngine;
  /** What the operator repairs after a failed precheck. */
  repair?(local: LocalRewind, sample: SampleMaster): string;
  readonly outcome: string;
  /** Rows that must be on the master afterwards, counted in the restored database or in `shop`. */
  readonly table: string;
}

const orders = { objects: [{ database: "shop", tables: [{ name: "Orders" }] }] };

function change(
  sample: SampleMaster,
  atMs: number,
  make: (table: NonNullable<ReturnType<SampleMaster["shop"]["database"]["table"]>>) => Change,
  tableName: string,
): number {
  const table = sample.shop.database.table("dbo", tableName)!;
  const rows = table.rowCount;
  sample.shop.database.commit(atMs, [make(table)]);
  return rows;
}

function deleteOrders(sample: SampleMaster, atMs: number): string {
  const rows = change(
    sample,
    atMs,
    (table) => ({ kind: "delete", schema: "dbo", table: "Orders", ids: [...table.rows.keys()] }),
    "Orders",
  );
  return `${rows} rows gone`;
}

export const scenarios: readonly Scenario[] = [
  {
    name: "delete-without-where",
    title: "A DELETE without its WHERE",
    statement: "DELETE FROM dbo.Orders",
    accident: deleteOrders,
    request: { objects: [{ database: "shop" }], source: { allowPublicEndpoint: true } },
    outcome: "succeeded",
    table: "Orders",
  },
  {
    name: "dropped-table",
    title: "A dropped table comes back under its own name",
    statement: "DROP TABLE dbo.Orders",
    accident: (sample, atMs) =>
      `${change(sample, atMs, () => ({ kind: "drop-table", schema: "dbo", table: "Orders" }), "Orders")} rows gone with their table`,
    request: { ...orders, source: { allowPublicEndpoint: true }, writeBack: "same-name" },
    outcome: "succeeded",
    table: "Orders",
  },
  {
    name: "wrong-update",
    title: "An UPDATE of every price; the old ones arrive beside the new",
    statement: "UPDATE dbo.Products SET Price = 0.01",
    accident: (sample, atMs) => {
      const rows = change(
        sample,
        atMs,
        (table) => ({
          kind: "update",
          schema: "dbo",
          table: "Products",
          rows: [...table.rows].map(([id, row]) => ({
            id,
            row: row.map((value, index) => (index === table.columnIndex("Price") ? "0.01" : value)),
          })),
        }),
        "Products",
      );
      return `${rows} prices overwritten`;
    },
    request: { objects: [{ database: "shop", tables: [{ name: "Products" }] }], source: { allowPublicEndpoint: true } },
    outcome: "succeeded",
    table: "Products",
  },
  {
    name: "precheck-failure",
    title: "A login that may not write: the precheck says so, the operator repairs it, and asks again",
    statement: "DELETE FROM dbo.Orders",
    accident: (sample, atMs) => deleteOrders(sample, atMs),
    request: { ...orders, source: { allowPublicEndpoint: false }, secretName: "rewind/rm-shop/report" },
    repair: (local, sample) => {
      const { userName, password } = sample.logins.dba;
      local.cloud.kms.putSecretValue(
        "rewind/rm-shop/report",
        JSON.stringify({ AccountName: userName, AccountPassword: password }),
      );
      return "the operator puts a login that may write into the secret, and asks for a retry";
    },
    outcome: "finished-unverified",
    table: "Orders",
  },
  {
    name: "alert-at-night",
    title: "An alarm starts an inspect-only restore, and the instance waits for people",
    statement: "DELETE FROM dbo.Orders",
    accident: (sample, atMs) => deleteOrders(sample, atMs),
    request: null,
    settings: {
      alertRules: [
        {
          name: "rows deleted",
          match: { masterInstanceId: "rm-shop", metricName: "DeletedRows" },
          minutesBefore: 1,
          objects: orders.objects,
          checks: [
            { name: "orders are there", database: "shop", sql: "SELECT COUNT(*) FROM dbo.Orders", expect: { min: 1 } },
          ],
          secretName: "rewind/rm-shop/dba",
          allowPublicEndpoint: true,
        },
      ],
    },
    outcome: "inspected",
    table: "Orders",
  },
  {
    name: "modern",
    title: "SQL Server 2019: RDS restores the database itself beside the damaged one",
    statement: "DELETE FROM dbo.Orders",
    accident: deleteOrders,
    request: { objects: [{ database: "shop" }] },
    engine: modernEngine,
    outcome: "succeeded",
    table: "Orders",
  },
  {
    name: "unreachable-instance",
    title: "The temporary instance cannot be reached: copy first, look afterwards",
    statement: "DELETE FROM dbo.Orders",
    accident: (sample, atMs) => deleteOrders(sample, atMs),
    request: { ...orders, source: { allowPublicEndpoint: false } },
    outcome: "finished-unverified",
    table: "Orders",
  },
  {
    name: "clone",
    title: "SQL Server 2019: a clone that is billed by the hour, priced before it is made and deleted afterwards",
    statement: "DELETE FROM dbo.Orders",
    accident: (sample, atMs) => deleteOrders(sample, atMs),
    engine: modernEngine,
    settings: { billedClones: true },
    request: {
      ...orders,
      source: {
        kind: "clone",
        allowBilledClone: true,
        maxHourlyPrice: { amount: 5, currency: "CNY" },
        cloneMaxHours: 8,
      },
    },
    outcome: "succeeded",
    table: "Orders",
  },
];

export function findScenario(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (!found)
    throw new Error(`There is no scenario ${name}. Known: ${scenarios.map((scenario) => scenario.name).join(", ")}.`);
  return found;
}
