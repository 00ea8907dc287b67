import { TediousSqlServers } from "../../../shared/cloud/sql-server/tedious";
import { runComparisonSlice, startComparison } from "../../../shared/verification/compare";
import { listeningInstance, password } from "../../emulator/sql-server/listening-instance";

jest.setTimeout(600_000);

test("60 rows of 8 MB, which no two pages hold, are compared in full", async () => {
  const local = await listeningInstance({ version: "2008r2" });
  const nowMs = local.clock.nowMs();
  const text = "茶".repeat(4 * 1024 * 1024);
  for (const name of ["was", "now"]) {
    local.instance.data.createDatabase(name, "Chinese_PRC_CI_AS", nowMs).commit(nowMs, [
      {
        kind: "create-table",
        definition: {
          schema: "dbo",
          name: "Files",
          columns: [
            { name: "Id", type: { name: "int" }, nullable: false },
            { name: "Body", type: { name: "nvarchar", length: "max" }, nullable: false },
          ],
          primaryKey: { name: "PK_Files", columns: ["Id"] },
          uniqueConstraints: [],
          foreignKeys: [],
          triggers: [],
        },
      },
      {
        kind: "insert",
        schema: "dbo",
        table: "Files",
        rows: Array.from({ length: 60 }, (_, id) => [id, id === 41 && name === "now" ? `${text}!` : text]),
      },
    ]);
  }
  const connect = () => new TediousSqlServers().connect(local.address, { userName: "dba", password }, 120_000);
  const [source, target] = [await connect(), await connect()];
  const tables = [{ schema: "dbo", name: "Files", targetName: "Files", rows: null }];
  const database = { database: "was", targetDatabase: "now", createsDatabase: true, characterSet: "", whole: false };
  const begun = startComparison({ databases: [{ ...database, tables }] });
  try {
    const done = await runComparisonSlice(source, target, begun, "side-by-side", nowMs + 20_000, local.clock);
    expect(done.tables).toMatchObject([
      { verdict: "differs", missing: 0, different: 1, extra: 0, samples: ["different: 41"] },
    ]);
  } finally {
    await source.close();
    await target.close();
    await local.listeners.close();
  }
});
