import { toCloudError } from "../../../../shared/cloud/sql-server/sql-error";

const serverError = (number: number, severity = 16) =>
  Object.assign(new Error(`message ${number}`), { code: "EREQUEST", number, class: severity });
const driverError = (code: string) => Object.assign(new Error(`driver ${code}`), { code });

describe("errors of SQL Server", () => {
  it.each([
    [18456, "refused", "login-failed"],
    [911, "refused", "no-database"],
    [4060, "refused", "no-database"],
    [208, "refused", "no-table"],
    [229, "refused", "no-permission"],
    [262, "refused", "no-permission"],
    [916, "refused", "no-permission"],
    [1205, "unavailable", "deadlock"],
    [1222, "unavailable", "lock-timeout"],
    [922, "unavailable", "database-not-ready"],
    [102, "refused", "sql-error"],
    [8134, "refused", "sql-error"],
  ])("%i is %s: %s", (number, kind, code) => {
    expect(toCloudError("read", serverError(number))).toMatchObject({
      service: "sql-server",
      action: "read",
      kind,
      code,
    });
  });

  it.each([
    ["ETIMEOUT", "Timeout"],
    ["ESOCKET", "ConnectionLost"],
    ["ECLOSE", "ConnectionLost"],
    ["EINVALIDSTATE", "ConnectionLost"],
    ["ENEW", "ConnectionLost"],
  ])("%s of the driver is unavailable: %s", (driverCode, code) => {
    expect(toCloudError("read", driverError(driverCode))).toMatchObject({ kind: "unavailable", code });
  });

  it("errors of SQL Server names a refused login by the number that the server sent before", () => {
    expect(toCloudError("connect", driverError("ELOGIN"))).toMatchObject({ code: "login-failed" });
    expect(toCloudError("connect", driverError("ELOGIN"), 4060)).toMatchObject({ code: "no-database" });
  });

  it("errors of SQL Server takes the first of several errors as the reason", () => {
    const several = new AggregateError([serverError(208), serverError(3930)]);
    expect(toCloudError("read", several)).toMatchObject({ code: "no-table", message: "message 208" });
  });

  it("errors of SQL Server counts severities that end the connection as lost", () => {
    expect(toCloudError("read", serverError(824, 24))).toMatchObject({ kind: "unavailable", code: "ConnectionLost" });
  });
});
