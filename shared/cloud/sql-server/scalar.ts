import { CloudError } from "../cloud-error";
import { parseColumnType } from "./column-type";
import type { TdsConnection } from "./connection";
import type { ScalarValue } from "./index";
import { sqlErrorNumber } from "./sql-error";
import { beginTransaction, rollbackTransaction } from "./statements";
import { floatText, wireType } from "./wire-type";

/** UTF-16 code units of a text, and bytes of a binary value, that are compared. A longer value does not leave the server. */
export const valueLengthMax = 1_000;

/**
 * Runs a checked SELECT in a transaction that is always rolled back. A connection whose transaction may be open is given up.
 * @param select as `selectBody` gives it
 * @throws CloudError `sql-error` when it yields more than one value, or one that has no exact text or is too long
 */
export async function readSingleValue(connection: TdsConnection, select: string): Promise<ScalarValue> {
  try {
    await connection.batch("readScalar", beginTransaction);
    const [read] = await Promise.allSettled([readOne(connection, select)]);
    const [undone] = await Promise.allSettled([connection.batch("readScalar", rollbackTransaction)]);
    if (undone.status === "rejected") await connection.close();
    // Why the read failed says more than that its connection is gone.
    if (read.status === "rejected") throw read.reason;
    if (undone.status === "rejected") throw undone.reason;
    return read.value;
  } catch (error) {
    throw sqlErrorNumber(error) === severalColumns ? notSingle("several columns") : error;
  }
}

/** "'c' has more columns than were specified in the column list." */
const severalColumns = 8158;

async function readOne(connection: TdsConnection, select: string): Promise<ScalarValue> {
  const [column] = await connection.columns("readScalar", derivedTable(0, "c.v", select));
  const type = wireType(column!);
  const rows = await connection.batch(
    "readScalar",
    `${derivedTable(2, `${exactText(type)} AS v`, select)} OPTION (MAXDOP 1)`,
  );
  if (rows.length > 1) throw notSingle("several rows");
  const value = rows[0]?.["v"] ?? null;
  const text = typeof value === "number" ? floatText(value, type) : value;
  if (text !== null && typeof text !== "string") throw new Error(`a check's value came as ${typeof text}`);
  if (text !== null && isTooLong(type, text)) throw refused(tooLong(type));
  return { type, text };
}

/**
 * The SELECT as a table. Its parenthesis is closed on a line of its own, so that a comment cannot hide it, and a text that is no query is a
 * syntax error. Of several rows two say enough.
 */
function derivedTable(rows: 0 | 2, selected: string, select: string): string {
  return `SELECT TOP (${rows}) ${selected} FROM (\n${select}\n) AS c (v)`;
}

/**
 * `c.v` as the server writes it, because the driver rounds. FLOAT and REAL come as they are: the driver keeps their bits, and a style
 * that does (3) came with SQL Server 2016. @throws CloudError for a type without an exact text
 */
function exactText(type: string): string {
  const { name } = parseColumnType(type);
  switch (name) {
    case "bit":
    case "tinyint":
    case "smallint":
    case "int":
    case "bigint":
      return "CONVERT(NVARCHAR(20), c.v)";
    case "decimal":
    case "numeric":
      return "CONVERT(NVARCHAR(41), c.v)";
    case "money":
    case "smallmoney":
      return "CONVERT(NVARCHAR(25), c.v, 2)"; // style 2: all four digits behind the point, no commas
    case "float":
    case "real":
      return "c.v";
    case "date":
    case "time":
    case "datetime":
    case "smalldatetime":
    case "datetime2":
    case "datetimeoffset":
      return "CONVERT(NVARCHAR(40), c.v, 121)"; // style 121: all digits of the fraction, and the offset
    case "uniqueidentifier":
      return "CONVERT(NVARCHAR(36), c.v)";
    case "char":
    case "varchar":
    case "nchar":
    case "nvarchar":
    case "text":
    case "ntext":
    case "xml":
      return `LEFT(CONVERT(NVARCHAR(MAX), c.v), ${valueLengthMax + 1})`;
    case "binary":
    case "varbinary":
    case "image":
      return `CONVERT(NVARCHAR(MAX), SUBSTRING(CONVERT(VARBINARY(MAX), c.v), 1, ${valueLengthMax + 1}), 1)`; // style 1: 0x
    default:
      throw refused(
        `The check's value is of type ${type}, which has no exact text; convert it in the check, as CONVERT(NVARCHAR(100), …).`,
      );
  }
}

function isTooLong(type: string, text: string): boolean {
  const isBinary = ["binary", "varbinary", "image"].includes(parseColumnType(type).name);
  return (isBinary ? (text.length - 2) / 2 : text.length) > valueLengthMax;
}

function tooLong(type: string): string {
  return `The check's value, a ${type}, has more than ${valueLengthMax} characters or bytes; compare a part of it, its length or its hash (SUBSTRING, DATALENGTH, HASHBYTES).`;
}

function notSingle(found: string): CloudError {
  return refused(`The check yields ${found}; it must yield one value.`);
}

function refused(text: string): CloudError {
  return new CloudError("refused", "sql-server", "readScalar", "sql-error", text);
}
