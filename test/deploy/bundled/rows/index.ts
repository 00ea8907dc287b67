import { TablestoreRows } from "../../../../shared/store/tablestore-rows";

/** What functions do with rows, as they carry it: bundled, and strict as all of the project's code is. */
export async function useRows(endpoint: string): Promise<unknown> {
  const credentials = () => ({ accessKeyId: "key-id", accessKeySecret: "key-secret" });
  const rows = new TablestoreRows({ endpoint, instanceName: "rewind", credentials });
  const holder = { row: "present", column: { name: "holder", equals: "x" } } as const;
  await rows.put("locks", { id: "a" }, { holder: "x", n: 1 }, { row: "absent" });
  await rows.update("locks", { id: "a" }, { n: 2 }, holder);
  const bounds = [{ id: { bound: "min" } }, { id: { bound: "max" } }] as const;
  const listed = await rows.range("locks", ...bounds, { limit: 10, direction: "forward" });
  await rows.delete("locks", { id: "a" }, holder);
  return { listed, after: await rows.get("locks", { id: "a" }) };
}
