import { type ExactDecimal, parseDecimal } from "../restore/request/exact-decimal";

/** How values of one type are compared, and shown. */
export interface ValueForm {
  /** One text for all texts of the same value; null for a text that is no value of the type. */
  canonical(text: string): string | null;
  readonly isText: boolean;
}

const exact: ValueForm = {
  canonical: (text) => {
    const number = parseDecimal(text);
    return number && decimalText(number);
  },
  isText: false,
};
const asFloat: ValueForm = { canonical: (text) => floatOf(text, Number), isText: false };
const asReal: ValueForm = { canonical: (text) => floatOf(text, Math.fround), isText: false };
const time: ValueForm = { canonical: timeOf, isText: false };
const guid: ValueForm = { canonical: (text) => text.toUpperCase(), isText: false };
const bytes: ValueForm = { canonical: (text) => `0x${text.replace(/^0x/i, "").toUpperCase()}`, isText: false };
const characters: ValueForm = { canonical: (text) => text, isText: true };

const forms: Readonly<Record<string, ValueForm>> = {
  bit: exact,
  tinyint: exact,
  smallint: exact,
  int: exact,
  bigint: exact,
  decimal: exact,
  numeric: exact,
  money: exact,
  smallmoney: exact,
  float: asFloat,
  real: asReal,
  date: time,
  time,
  datetime: time,
  smalldatetime: time,
  datetime2: time,
  datetimeoffset: time,
  uniqueidentifier: guid,
  binary: bytes,
  varbinary: bytes,
  image: bytes,
};

/** @param type as declared, such as `decimal(38,10)` */
export function valueForm(type: string): ValueForm {
  return forms[type.replace(/\(.*/, "")] ?? characters;
}

/** The number that a text of this form stands for, floats as they are rounded; null when it stands for none. */
export function numberIn(form: ValueForm, text: string): ExactDecimal | null {
  const canonical = form.canonical(text);
  return canonical === null ? null : parseDecimal(canonical);
}

/** Without zeros that say nothing: 1.50 and 1.5 have one text. */
function decimalText({ units, scale }: ExactDecimal): string {
  if (scale === 0) return String(units);
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, "0");
  const point = digits.length - scale;
  const fraction = digits.slice(point).replace(/0+$/, "");
  return `${units < 0n ? "-" : ""}${digits.slice(0, point)}${fraction && `.${fraction}`}`;
}

function floatOf(text: string, round: (value: number) => number): string | null {
  return parseDecimal(text) ? String(round(Number(text))) : null;
}

const timePattern =
  /^(\d{4}-\d{2}-\d{2})?(?:(?:^|[T ])(\d{2}:\d{2}:\d{2})(?:\.(\d{1,7}))?)?(?: ?([+-]\d{2}:\d{2}|Z))?$/;

/** `2026-11-20T08:15:00.1234567+08:00`, as far as the text goes: without zeros at the end of the fraction, and Z as its offset. */
function timeOf(text: string): string | null {
  const match = timePattern.exec(text);
  if (!match || text === "") return null;
  const [, date = "", clock = "", fraction = "", zone = ""] = match;
  const rest = fraction.replace(/0+$/, "");
  return `${date}${date && clock && "T"}${clock}${rest && `.${rest}`}${zone.replace("Z", "+00:00")}`;
}
