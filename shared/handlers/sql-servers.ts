import type { SqlServers } from "../cloud/sql-server";
import type { TlsPolicy } from "../cloud/sql-server/tls";
import { atFirstUse, openedAtFirstUse } from "./first-use";

/** How a function speaks SQL under the policy of its configuration. */
export type OpenSqlServers = (tls: TlsPolicy) => SqlServers;

const driver = atFirstUse(() => import("../cloud/sql-server/tedious"));

/** For functions that speak SQL: others do not import this file, so that their bundles carry no driver. */
export const openSqlServers: OpenSqlServers = (tls) =>
  openedAtFirstUse<SqlServers>(async () => new (await driver()).TediousSqlServers(tls));
