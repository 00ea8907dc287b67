import type { DatabaseRight, Login } from "../../data/sql-server-data";
import { page } from "../../rpc/paging";
import { integer, oneOf, text, withDefault } from "../../rpc/parameters";
import { arrivingDatabases } from "../database-restore";
import { instanceId, rdsOperation } from "../rds-operation";

/** DescribeDatabases (rds reference 6.9): not under Items, and without a total; callers page until a short page. */
export const describeDatabases = rdsOperation({
  action: "DescribeDatabases",
  parameters: {
    DBInstanceId: instanceId,
    DBName: text(),
    DBStatus: oneOf(["Creating", "Running", "Deleting"]),
    PageSize: withDefault(integer({ allowed: [30, 50, 100] }, "InvalidPageSize.Malformed"), 30),
    PageNumber: withDefault(integer({ least: 1, most: 1_000_000 }, "InvalidPageNumbers.Malformed"), 1),
  },
  errors: {},
  run(region, parameters) {
    const managed = region.require(parameters.DBInstanceId);
    const { instance, databaseNotes } = managed;
    const arriving = arrivingDatabases(region, managed).filter(({ name }) => !instance.data.database(name));
    const logins = instance.data.logins();
    const found = [...instance.data.databases(), ...arriving]
      .map((database) => {
        const note = databaseNotes.get(database.name.toLowerCase());
        return {
          DBName: database.name,
          DBInstanceId: instance.id,
          DBStatus: arriving.includes(database) || (note && region.nowMs < note.runningFromMs) ? "Creating" : "Running",
          DBDescription: note?.description ?? "",
          Engine: instance.engine,
          CharacterSetName: database.collation,
          Accounts: { AccountPrivilegeInfo: privilegesOn(database.name, logins) },
        };
      })
      .filter((database) => (parameters.DBName ?? database.DBName) === database.DBName)
      .filter((database) => (parameters.DBStatus ?? database.DBStatus) === database.DBStatus);
    return { Databases: { Database: page(found, parameters.PageNumber, parameters.PageSize) } };
  },
});

function privilegesOn(
  database: string,
  logins: readonly Login[],
): { Account: string; AccountPrivilege: DatabaseRight }[] {
  return logins.flatMap((login) => {
    const right = login.super ? "DBOwner" : login.rights[database];
    return right ? [{ Account: login.name, AccountPrivilege: right }] : [];
  });
}
