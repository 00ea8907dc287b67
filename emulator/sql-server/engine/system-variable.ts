import { SqlError } from "../../data/sql-error";
import type { SqlType, SqlValue } from "../../data/sql-value";
import { notPlayed } from "../syntax/token-cursor";
import type { Compiled } from "./compiled";
import type { ServerInstance } from "./server-instance";
import type { Session } from "./session";

const int: SqlType = { name: "int" };
const name128: SqlType = { name: "nvarchar", length: 128 };

const readers: Readonly<Record<string, readonly [SqlType, (session: Session) => SqlValue]>> = {
  "@@VERSION": [{ name: "nvarchar", length: 300 }, (session) => versionText(session.server)],
  "@@SPID": [{ name: "smallint" }, (session) => session.spid],
  "@@TRANCOUNT": [int, (session) => session.transaction?.depth ?? 0],
  "@@ROWCOUNT": [int, (session) => session.rowCount],
  "@@ERROR": [int, (session) => session.lastError],
  "@@SERVERNAME": [name128, (session) => session.server.name],
  "@@SERVICENAME": [name128, () => "MSSQLSERVER"],
  "@@IDENTITY": [{ name: "decimal", precision: 38, scale: 0 }, (session) => session.lastIdentity],
  "@@LANGUAGE": [name128, (session) => session.settings.language],
  "@@LANGID": [{ name: "smallint" }, () => 0],
  "@@DATEFIRST": [{ name: "tinyint" }, (session) => session.settings.dateFirst],
  "@@LOCK_TIMEOUT": [int, (session) => session.settings.lockTimeoutMs],
  "@@TEXTSIZE": [int, (session) => session.settings.textSize],
  "@@MAX_PRECISION": [{ name: "tinyint" }, () => 38],
  "@@MAX_CONNECTIONS": [int, () => 32_767],
  "@@MICROSOFTVERSION": [
    int,
    ({ server: { version } }) => version.major * 2 ** 24 + version.minor * 2 ** 16 + version.build,
  ],
  "@@NESTLEVEL": [int, () => 0],
  "@@FETCH_STATUS": [int, () => 0],
  "@@OPTIONS": [int, ({ settings }) => 5432 + (settings.noCount ? 512 : 0) + (settings.xactAbort ? 16_384 : 0)],
};

/** A system function that is written with two at signs. */
export function systemVariable(name: string, session: Session): Compiled {
  const found = readers[name];
  if (found) return { type: found[0], nullable: true, evaluate: () => found[1](session) };
  if (/^@@(DBTS|CPU_BUSY|IDLE|IO_BUSY|PROCID|REMSERVER|CONNECTIONS|CURSOR_ROWS|PACK|TIMETICKS|TOTAL)/.test(name))
    throw notPlayed(name);
  throw new SqlError(137, `Must declare the scalar variable "${name}".`, 15, 2);
}

export function productVersion({ version }: ServerInstance): string {
  return `${version.major}.${version.minor}.${version.build}.${version.major === 10 ? 34 : 2}`;
}

function versionText(server: ServerInstance): string {
  const { name, level } = server.version;
  return `Microsoft SQL Server ${name} (${level}) - ${productVersion(server)} (X64)\n\tEnterprise Edition (64-bit) on Windows (local cloud)\n`;
}
