import { page } from "../../rpc/paging";
import { integer, text, withDefault } from "../../rpc/parameters";
import { instanceId, rdsOperation } from "../rds-operation";

/** DescribeAccounts (rds reference 6.9): logins as they are in the instance, so those of the backup on a temporary instance. */
export const describeAccounts = rdsOperation({
  action: "DescribeAccounts",
  parameters: {
    DBInstanceId: instanceId,
    AccountName: text(),
    PageSize: withDefault(integer({ least: 30, most: 200 }, "InvalidPageSize.Malformed"), 30),
    PageNumber: withDefault(integer({ least: 1, most: 1_000_000 }, "InvalidPageNumbers.Malformed"), 1),
  },
  errors: {},
  run(region, { DBInstanceId, AccountName, PageSize, PageNumber }) {
    const { instance } = region.require(DBInstanceId);
    const found = instance.data.logins().filter((login) => (AccountName ?? login.name) === login.name);
    return {
      PageNumber,
      TotalRecordCount: found.length,
      Accounts: {
        DBInstanceAccount: page(found, PageNumber, PageSize).map((login) => ({
          DBInstanceId: instance.id,
          AccountName: login.name,
          AccountStatus: "Available",
          AccountType: login.super ? "Super" : "Normal",
          AccountDescription: "",
          PrivExceeded: "0",
          DatabasePrivileges: {
            DatabasePrivilege: Object.entries(login.rights)
              .filter(([database]) => instance.data.database(database))
              .map(([database, right]) => ({ DBName: database, AccountPrivilege: right })),
          },
        })),
      },
    };
  },
});
