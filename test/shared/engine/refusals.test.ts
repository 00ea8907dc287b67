import { CloudError } from "../../../shared/cloud/cloud-error";
import { reachableAddress, withSession } from "../../../shared/engine/connect";
import { withoutValues } from "../../../shared/restore/model/row-value";
import { Desk } from "../api/desk";

/** What SQL Server refuses while a session is open, as the reason that a restore waits or ends with. */
const secret = "4711-Smith";

test.each([
  [
    "sql-error",
    `Conversion failed when converting the nvarchar value '${secret}' (error 245)`,
    "(shown to data-reader)",
  ],
  ["no-table", "Invalid object name 'dbo.Orders'.", "Invalid object name 'dbo.Orders'."],
])("a %s is told, and the values in it to data-readers alone", async (code, message, told) => {
  const desk = await Desk.open();
  desk.addMaster();
  const record = desk.world.record(await desk.place({}));
  const address = await reachableAddress(desk.deps, "rm-shop");
  const refused = new CloudError("refused", "sql-server", "query", code, message);
  const { problem } = await withSession(desk.deps, record, "master", address!, () => Promise.reject(refused));
  expect(problem?.code).toBe(code);
  expect(problem?.text).toContain(message);
  expect(withoutValues(problem!.text)).toBe(`SQL Server on the master refused: ${told}`);
});
