import * as sdk from "tablestore";
import { type TableLayout, tableLayouts } from "../../shared/store/tables";
import { ask, orAbsent } from "../refusal";
import type { Stage } from "../stage";
import type { Change } from "./change";

/** Tables that are missing, and indexes that existing tables lack. Nothing that is there is changed: rows lie in it. */
export async function lookAtTables(stage: Stage): Promise<Change[]> {
  const client = open(stage);
  const changes: Change[] = [];
  for (const layout of tableLayouts) {
    const found = await orAbsent(/^OTSObjectNotExist$/, () =>
      ask("ots", "DescribeTable", () => client.describeTable({ tableName: layout.name })),
    );
    changes.push(...(found ? missingIndexes(client, layout, found) : [newTable(client, layout)]));
  }
  return changes;
}

/** Every table of ours that is there, as it would be with a new instance: for a plan of what does not exist yet. */
export function allTables(): Change[] {
  return tableLayouts.map((layout) => ({ text: tableText(layout), apply: () => Promise.resolve() }));
}

/** Does somebody else keep tables in the instance too? */
export async function hasForeignTables(stage: Stage): Promise<boolean> {
  const { tableNames = [] } = await ask("ots", "ListTable", () => open(stage).listTable({}));
  return tableNames.some((name) => !tableLayouts.some((layout) => layout.name === name));
}

/** Deletes the tables that are there, with all that is known of restores. */
export async function lookAtTablesToRemove(stage: Stage): Promise<Change[]> {
  const client = open(stage);
  const changes: Change[] = [];
  for (const { name } of tableLayouts) {
    const found = await orAbsent(/^OTSObjectNotExist$/, () =>
      ask("ots", "DescribeTable", () => client.describeTable({ tableName: name })),
    );
    if (found)
      changes.push({
        text: `Deletes the table ${name} with its rows.`,
        apply: async () => void (await ask("ots", "DeleteTable", () => client.deleteTable({ tableName: name }))),
      });
  }
  return changes;
}

function newTable(client: sdk.Client, layout: TableLayout): Change {
  return {
    text: tableText(layout),
    apply: async () =>
      void (await ask("ots", "CreateTable", () =>
        client.createTable({
          tableMeta: {
            tableName: layout.name,
            primaryKey: layout.key,
            ...(layout.indexed.length > 0 ? { definedColumn: layout.indexed.map(definedColumn) } : {}),
          },
          reservedThroughput: { capacityUnit: { read: 0, write: 0 } },
          tableOptions: { timeToLive: -1, maxVersions: 1 },
          indexMetas: layout.indexes.map(indexMeta),
        }),
      )),
  };
}

/**
 * An index can be made only of defined columns, and the official client (5.6.5) cannot add one to a table.
 * @throws Error that names the column and what to do
 */
function missingIndexes(
  client: sdk.Client,
  layout: TableLayout,
  found: Awaited<ReturnType<sdk.Client["describeTable"]>>,
): Change[] {
  const present = new Set((found.indexMetas ?? []).map(({ name }) => name));
  const columns = new Set([...layout.key, ...(found.tableMeta.definedColumn ?? [])].map(({ name }) => name));
  return layout.indexes
    .filter(({ name }) => !present.has(name))
    .map((index) => {
      const lacking = index.key.filter((name) => !columns.has(name));
      if (lacking.length > 0)
        throw new Error(
          `The table ${layout.name} lacks the predefined column ${lacking.join(", ")}, without which its index ${index.name} cannot be made. Add it in the console of Tablestore (${layout.indexed.map(({ name, type }) => `${name} ${type}`).join(", ")}), and run the command again. Nothing of the table was changed.`,
        );
      return {
        text: `Makes the index ${index.name} of the existing table ${layout.name}, with the rows that are there.`,
        apply: async () =>
          void (await ask("ots", "CreateIndex", () =>
            client.createIndex({ mainTableName: layout.name, indexMeta: indexMeta(index), includeBaseData: true }),
          )),
      };
    });
}

function tableText({ name, indexes }: TableLayout): string {
  const names = indexes.map((index) => index.name);
  return `Makes the table ${name}${names.length > 0 ? ` with ${names.join(" and ")}` : ""}.`;
}

function indexMeta(index: TableLayout["indexes"][number]) {
  return { name: index.name, primaryKey: index.key, definedColumn: [] };
}

function definedColumn({ name, type }: TableLayout["indexed"][number]) {
  const { DCT_STRING, DCT_INTEGER } = sdk.DefinedColumnType;
  return { name, type: type === "STRING" ? DCT_STRING : DCT_INTEGER };
}

function open({ names, credentials }: Stage): sdk.Client {
  const { accessKeyId, accessKeySecret, securityToken } = credentials;
  return new sdk.Client({
    accessKeyId,
    secretAccessKey: accessKeySecret,
    ...(securityToken ? { stsToken: securityToken } : {}),
    endpoint: names.endpoints.tablestore,
    instancename: names.tablestoreInstance,
    maxRetries: 3,
    httpOptions: { timeout: 10_000 },
  });
}
