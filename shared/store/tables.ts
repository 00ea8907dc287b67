/** How restores lie in Tablestore. A table's key columns come first; every other column is an attribute. */
export interface TableLayout {
  readonly name: string;
  readonly key: readonly { readonly name: string; readonly type: "STRING" | "INTEGER" }[];
  /** Attribute columns that indexes use. */
  readonly indexed: readonly { readonly name: string; readonly type: "STRING" | "INTEGER" }[];
  readonly indexes: readonly { readonly name: string; readonly key: readonly string[] }[];
}

const text = (name: string) => ({ name, type: "STRING" as const });
const integer = (name: string) => ({ name, type: "INTEGER" as const });

export const tables = {
  /** One row per restore; `record` holds it as JSON, the other columns are what claims, lists and conditions need. */
  restores: {
    name: "restores",
    key: [text("restoreId")],
    indexed: [text("phase"), integer("nextCheckAtMs"), text("masterInstanceId")],
    indexes: [
      { name: "restores_due", key: ["phase", "nextCheckAtMs", "restoreId"] },
      { name: "restores_of_master", key: ["masterInstanceId", "restoreId"] },
    ],
  },
  commands: { name: "commands", key: [text("restoreId"), text("commandId")], indexed: [], indexes: [] },
  /** Who was shown row values of a restore. */
  reads: { name: "reads", key: [text("restoreId"), text("readId")], indexed: [], indexes: [] },
  /** Who works on a master. */
  locks: { name: "locks", key: [text("masterInstanceId")], indexed: [], indexes: [] },
  /** Create-once rows: idempotency keys and alert cool-downs. */
  once: { name: "once", key: [text("onceKey")], indexed: [], indexes: [] },
  /** API keys, by their hashes. No function may write to it. */
  keys: { name: "keys", key: [text("keyId")], indexed: [], indexes: [] },
  /** One row: when the next tick and the last sweep are. */
  poller: { name: "poller", key: [text("pollerName")], indexed: [], indexes: [] },
} as const satisfies Record<string, TableLayout>;

export const tableLayouts: readonly TableLayout[] = Object.values(tables);
