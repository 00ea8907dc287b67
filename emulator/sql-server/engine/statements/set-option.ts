import { SqlError } from "../../../data/sql-error";
import type { BodyOf } from "../../syntax/statement";
import { notPlayed, TokenCursor } from "../../syntax/token-cursor";
import type { Session } from "../session";
import { findTable } from "../table-source";

/** Accepted and without meaning here: how a server warns, plans or waits. */
const ignored = new Set(
  "ANSI_WARNINGS ANSI_PADDING ANSI_NULL_DFLT_ON ANSI_NULL_DFLT_OFF ARITHABORT ARITHIGNORE NUMERIC_ROUNDABORT CURSOR_CLOSE_ON_COMMIT DEADLOCK_PRIORITY QUERY_GOVERNOR_COST_LIMIT STATISTICS REMOTE_PROC_TRANSACTIONS FORCEPLAN OFFSETS".split(
    " ",
  ),
);
/** Their other value changes answers. */
const onlyOn = new Set(["ANSI_NULLS", "CONCAT_NULL_YIELDS_NULL", "ANSI_DEFAULTS"]);
const onlyOff = new Set(["NOEXEC", "PARSEONLY", "SHOWPLAN_ALL", "SHOWPLAN_TEXT", "SHOWPLAN_XML"]);

/** @throws SqlError 195 for an unknown option */
export function setOption(statement: BodyOf<"set-option">, session: Session): void {
  const [first] = statement.options;
  if (first === "IDENTITY_INSERT") setIdentityInsert(statement, session);
  else for (const option of statement.options) setOne(option, statement.value, session);
}

function setIdentityInsert({ options, value }: BodyOf<"set-option">, session: Session): void {
  const path = new TokenCursor(
    options[1]!
      .split(".")
      .map((part) => `[${part.replaceAll("]", "]]")}]`)
      .join("."),
  ).path();
  const { table } = findTable(path, session);
  if (!table.definition.columns.some((column) => column.identity))
    throw new SqlError(
      8106,
      `Table '${table.definition.name}' does not have the identity property. Cannot perform SET operation.`,
    );
  session.settings.identityInsert = value === "ON" ? `${table.definition.schema}.${table.definition.name}` : undefined;
}

function setOne(option: string, value: string, session: Session): void {
  const { settings } = session;
  const isOn = value === "ON";
  switch (option) {
    case "NOCOUNT":
      settings.noCount = isOn;
      return;
    case "XACT_ABORT":
      settings.xactAbort = isOn;
      return;
    case "IMPLICIT_TRANSACTIONS":
      settings.implicitTransactions = isOn;
      return;
    case "LOCK_TIMEOUT":
      settings.lockTimeoutMs = Number(value);
      return;
    case "TRANSACTION ISOLATION LEVEL":
      settings.isolationLevel = value;
      return;
    case "TEXTSIZE":
      settings.textSize = Number(value) <= 0 ? 2_147_483_647 : Number(value);
      return;
    case "DATEFIRST":
      settings.dateFirst = Number(value);
      return;
    case "DATEFORMAT":
      if (value !== "MDY") throw notPlayed(`SET DATEFORMAT ${value}`);
      return;
    case "LANGUAGE":
      if (value !== "US_ENGLISH" && value !== "ENGLISH") throw notPlayed(`SET LANGUAGE ${value}`);
      return;
    case "ROWCOUNT":
      if (!/^\d+$/.test(value)) throw notPlayed("SET ROWCOUNT to a variable");
      settings.rowLimit = Number(value);
      return;
    case "QUOTED_IDENTIFIER":
      settings.quotedIdentifier = isOn;
      return;
    case "FMTONLY":
      settings.formatOnly = isOn;
      return;
    default:
      if (ignored.has(option) || (onlyOn.has(option) && isOn) || (onlyOff.has(option) && !isOn)) return;
      if (option === "CONTEXT_INFO") throw notPlayed("SET CONTEXT_INFO");
      if (onlyOn.has(option) || onlyOff.has(option)) throw notPlayed(`SET ${option} ${value}`);
      throw new SqlError(195, `'${option}' is not a recognized SET option.`, 15, 5);
  }
}
