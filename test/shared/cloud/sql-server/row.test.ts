import { bytes, integer, text } from "../../../../shared/cloud/sql-server/row";

test.each([
  ["a NULL in a key", () => text({ k0: null }, "k0"), "column k0: unexpected NULL"],
  ["a count that is none", () => integer({ rows: "many" }, "rows"), "column rows: unexpected number"],
  ["a hash that is text", () => bytes({ h0: "00" }, "h0"), "column h0: unexpected string"],
])("%s is refused by its name: reading again would answer the same", (_what, read, message) => {
  expect(read).toThrow(expect.objectContaining({ service: "sql-server", kind: "refused", code: "sql-error", message }));
});
