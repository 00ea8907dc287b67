import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { buildFunctions } from "../../deploy/build";
import { startTablestore } from "../emulator/tablestore/local-tablestore";

const script = "require(process.argv[1]).useRows(process.argv[2]).then((seen) => console.log(JSON.stringify(seen)))";

/** Code of the official client that is not strict fails in a bundle, and only there, outside of jest: each of its ways is gone once. */
test("the bundled client of the store puts, changes, lists, deletes and reads a row", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "rewind-bundled-"));
  const local = await startTablestore();
  try {
    const [built] = await buildFunctions({ functionsRoot: path.join(__dirname, "bundled"), outputRoot: folder });
    await local.client["createTable"]!({
      tableMeta: { tableName: "locks", primaryKey: [{ name: "id", type: "STRING" }] },
      reservedThroughput: { capacityUnit: { read: 0, write: 0 } },
      tableOptions: { timeToLive: -1, maxVersions: 1 },
    });
    const endpoint = `http://127.0.0.1:${local.port}`;
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", script, built!.bundle, endpoint]);
    expect(JSON.parse(stdout)).toEqual({
      listed: [{ key: { id: "a" }, columns: { holder: "x", n: 2 } }],
      after: null,
    });
  } finally {
    await local.close();
    rmSync(folder, { recursive: true });
  }
});
