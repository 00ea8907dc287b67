import { bracketed } from "../../object-name";
import { type ColumnType, parseColumnType } from "./column-type";

/** Whether every value of one type can be stored in a column of another: `always`, `never` for sure, or unless a condition holds. */
export type TypeFit = "always" | "never" | { readonly unless: string };

/**
 * How values of a column fit a column of another declared type without being changed. Conversions that could change a value silently, such as
 * NVARCHAR to VARCHAR or a lower scale, count as `never`.
 * @param column its name in the table whose rows are asked; `unless` is T-SQL of 2008 R2 over it
 */
export function typeFit(from: string, to: string, column: string): TypeFit {
  if (from.toLowerCase() === to.toLowerCase()) return "always";
  const [source, target] = [parseColumnType(from), parseColumnType(to)];
  const name = bracketed(column);
  return (
    integerFit(source, target, name) ??
    textFit(source, target, name) ??
    binaryFit(source, target, name) ??
    (isWider(source, target) ? "always" : "never")
  );
}

const integers: Readonly<Record<string, { readonly least: string; readonly most: string; readonly digits: number }>> = {
  bit: { least: "0", most: "1", digits: 1 },
  tinyint: { least: "0", most: "255", digits: 3 },
  smallint: { least: "-32768", most: "32767", digits: 5 },
  int: { least: "-2147483648", most: "2147483647", digits: 10 },
  bigint: { least: "-9223372036854775808", most: "9223372036854775807", digits: 19 },
};

function integerFit(source: ColumnType, target: ColumnType, name: string): TypeFit | null {
  const [was, now] = [integers[source.name], integers[target.name]];
  if (!was) return null;
  if (now) {
    if (target.name === "bit") return "never";
    const fits = BigInt(was.least) >= BigInt(now.least) && BigInt(was.most) <= BigInt(now.most);
    return fits ? "always" : { unless: `${name} < ${now.least} OR ${name} > ${now.most}` };
  }
  if (target.precision === null) return null;
  return target.precision - (target.scale ?? 0) >= was.digits ? "always" : "never";
}

const texts = /^n?(?:var)?char$/;

function textFit(source: ColumnType, target: ColumnType, name: string): TypeFit | null {
  if (!texts.test(source.name) || !texts.test(target.name)) return null;
  const toBytes = !target.name.startsWith("n");
  if (toBytes && source.name.startsWith("n")) return "never";
  if (target.length === "max") return "always";
  const room = Number(target.length);
  // A character of a code page takes a byte or two, so its bytes are never fewer than its characters.
  if (source.length !== "max" && Number(source.length) <= room) return "always";
  // SQL Server cuts blanks at the end without an error.
  return { unless: toBytes ? `DATALENGTH(RTRIM(${name})) > ${room}` : `LEN(${name}) > ${room}` };
}

const binaries = /^(?:var)?binary$/;

function binaryFit(source: ColumnType, target: ColumnType, name: string): TypeFit | null {
  if (!binaries.test(source.name) || !binaries.test(target.name)) return null;
  if (target.length === "max") return "always";
  const fits = source.length !== "max" && Number(source.length) <= Number(target.length);
  return fits ? "always" : { unless: `DATALENGTH(${name}) > ${target.length}` };
}

/** Types whose every value another type holds exactly. */
function isWider(source: ColumnType, target: ColumnType): boolean {
  const isDecimal = (type: ColumnType) => type.precision !== null;
  if (isDecimal(source) && isDecimal(target)) {
    const [was, now] = [source.scale ?? 0, target.scale ?? 0];
    return now >= was && target.precision! - now >= source.precision! - was;
  }
  if (source.scale !== null && source.name === target.name) return (target.scale ?? 0) >= source.scale;
  return (widerTypes[source.name] ?? []).includes(target.name);
}

const widerTypes: Readonly<Record<string, readonly string[]>> = {
  real: ["float"],
  smallmoney: ["money"],
  smalldatetime: ["datetime", "datetime2"],
  date: ["datetime2"],
};
