import { CloudError } from "./cloud-error";

/**
 * Reading answers. Types drift: samples, SDK models and the service disagree about numbers, booleans and texts, and fields come and go.
 * A restore reads hundreds of answers of a few fields each, so each field is read once, straight into what it means; everything that
 * is not read is ignored. Whatever cannot be used is thrown with its path, and never with its content.
 */

/** An object of an answer, as it came. */
export type Fields = Readonly<Record<string, unknown>>;

/** Makes what is meant of an object. @throws Unusable */
export type Reader<T> = (fields: Fields) => T;

class Unusable extends Error {
  override readonly name = "Unusable";

  constructor(readonly path: string) {
    super(path);
  }
}

export function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== "string") throw new Unusable(name);
  return value;
}

/** A text that may be left out. */
export function textOr(fields: Fields, name: string, absent: string): string {
  return fields[name] === undefined ? absent : text(fields, name);
}

/** A text that may come as a number or a boolean. */
export function looseText(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === "string") return value;
  if (typeof value !== "number" && typeof value !== "boolean") throw new Unusable(name);
  return String(value);
}

/** An optional text in which the empty one means the same as none. */
export function textOrNull(fields: Fields, name: string): string | null {
  return isAbsent(fields, name) ? null : looseText(fields, name) || null;
}

/** A text that names something: an empty one names nothing. */
export function id(fields: Fields, name: string): string {
  const found = looseText(fields, name);
  if (found === "") throw new Unusable(name);
  return found;
}

export function looseNumber(fields: Fields, name: string): number {
  const found = numberIn(fields, name);
  if (found === null) throw new Unusable(name);
  return found;
}

export function numberOrNull(fields: Fields, name: string): number | null {
  return isAbsent(fields, name) ? null : looseNumber(fields, name);
}

/** The number of a field that at times has an empty text or words instead: null then. */
export function numberIn(fields: Fields, name: string): number | null {
  const value = fields[name];
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : null;
}

export function looseBoolean(fields: Fields, name: string): boolean {
  const value = fields[name];
  return typeof value === "boolean" ? value : ["true", "1"].includes(looseText(fields, name).toLowerCase());
}

export function booleanOrNull(fields: Fields, name: string): boolean | null {
  return isAbsent(fields, name) ? null : looseBoolean(fields, name);
}

/** `2026-01-01T00:00:00Z` in epoch milliseconds. */
export function utcTime(fields: Fields, name: string): number {
  const parsed = Date.parse(text(fields, name));
  if (!Number.isFinite(parsed)) throw new Unusable(name);
  return parsed;
}

export function utcTimeOrNull(fields: Fields, name: string): number | null {
  return isAbsent(fields, name) ? null : utcTime(fields, name);
}

/** What `read` makes of the object of that name. */
export function part<T>(fields: Fields, name: string, read: Reader<T>): T {
  try {
    return read(toFields(fields[name]));
  } catch (error) {
    throw below(name, error);
  }
}

export function partOrNull<T>(fields: Fields, name: string, read: Reader<T>): T | null {
  return isAbsent(fields, name) ? null : part(fields, name, read);
}

/** What `read` makes of each object of the list of that name. */
export function list<T>(fields: Fields, name: string, read: Reader<T>): T[] {
  return items(fields, name).map((item, index) => {
    try {
      return read(toFields(item));
    } catch (error) {
      throw below(`${name}.${index}`, error);
    }
  });
}

/** A list that may be left out. */
export function listOrNone<T>(fields: Fields, name: string, read: Reader<T>): T[] {
  return isAbsent(fields, name) ? [] : list(fields, name, read);
}

/** As `list`, with null for each item that cannot be used. */
export function listOrNulls<T>(fields: Fields, name: string, read: Reader<T>): (T | null)[] {
  return items(fields, name).map((item) => {
    try {
      return read(toFields(item));
    } catch (error) {
      if (error instanceof Unusable) return null;
      throw error;
    }
  });
}

/** The entries of a text that separates them by commas. */
export function entries(text: string): string[] {
  return text
    .split(",")
    .map((entry) => entry.trim())
    .filter(Boolean);
}

/** Of an answer that carries nothing that matters. */
export const nothing: Reader<void> = () => {};

/** Reads an answer; one of an unexpected form is `unavailable` (it may be a half answer) and names the path, never the content. */
export function readAnswer<T>(read: Reader<T>, answer: Fields, service: "rds" | "dts" | "kms", action: string): T {
  try {
    return read(answer);
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    const text = `${service} ${action} answered without a usable ${error.path}`;
    throw new CloudError("unavailable", service, action, "BadAnswer", text);
  }
}

/** Reads the answer of a changing call; one that cannot be used leaves the outcome unknown. */
export function readOutcome<T>(read: Reader<T>, answer: Fields, service: "rds" | "dts", action: string): T {
  try {
    return read(answer);
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    const text = `${service} ${action} answered without what it should carry`;
    throw new CloudError("unknown-outcome", service, action, "BadAnswer", text);
  }
}

function isAbsent(fields: Fields, name: string): boolean {
  const value = fields[name];
  return value === undefined || value === null;
}

function items(fields: Fields, name: string): unknown[] {
  const value = fields[name];
  if (!Array.isArray(value)) throw new Unusable(name);
  return value;
}

function toFields(value: unknown): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Unusable("");
  return value as Fields;
}

/** The same error as seen from above. */
function below(path: string, error: unknown): unknown {
  if (!(error instanceof Unusable)) return error;
  return new Unusable(error.path === "" ? path : `${path}.${error.path}`);
}
