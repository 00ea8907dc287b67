import { TYPES } from "tedious";
import { listeningInstance, password } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";

/** What a traced connection says, without the client's port. */
async function linesOf(use: (client: TediousClient) => Promise<unknown>, encrypt = false): Promise<string[]> {
  const lines: string[] = [];
  const local = await listeningInstance({ version: "2016", trace: (line) => lines.push(line.replace(/ \d+ /, " ")) });
  const client = await TediousClient.connect(local.address, { database: "shop", driver: { encrypt } });
  await use(client);
  await client.close();
  await local.listeners.close();
  return lines;
}

test.each([false, true])("messages and packets with their types, lengths and statements; TLS: %s", async (encrypt) => {
  const lines = await linesOf(async (client) => {
    await client.query("SELECT 1\n  AS x");
    await client.query("SELECT @p", { p: { type: TYPES.VarChar, value: "a value" } });
    await client.query(`SELECT '${"x".repeat(6000)}'`);
  }, encrypt);
  expect(lines).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^rm-test0001 > prelogin \(0x12\), \d+ bytes$/),
      expect.stringMatching(/^rm-test0001 > login \(0x10\), \d+ bytes: user dba, database shop, /),
      expect.stringMatching(/^rm-test0001 > SQL batch \(0x01\), \d+ bytes: SELECT 1 AS x$/),
      expect.stringMatching(/^rm-test0001 > procedure call \(0x03\), \d+ bytes: sp_executesql SELECT @p$/),
      expect.stringMatching(/^rm-test0001 < response \(0x04\), 4096 bytes$/),
      expect.stringMatching(/^rm-test0001 < response \(0x04\), \d+ bytes, the last one$/),
      expect.stringMatching(/ …$/),
    ]),
  );
  expect(lines.join("\n")).not.toContain("a value");
});

test("no password is printed, not of a login, nor in a statement", async () => {
  const secrets = [
    "CREATE LOGIN x WITH PASSWORD = N'se''cret', DEFAULT_DATABASE = shop",
    "ALTER LOGIN x WITH PASSWORD='secret' OLD_PASSWORD='secret2'",
    "EXEC sp_addlogin 'x', 'secret'",
    "SELECT PWDCOMPARE('secret', 0x00)",
  ];
  const lines = await linesOf(async (client) => {
    for (const sql of secrets) await client.error(sql);
  });
  const text = lines.join("\n");
  expect(text).toContain("PASSWORD = '***', DEFAULT_DATABASE = shop");
  expect(text).not.toContain("cret");
  expect(text).not.toContain(password);
});
