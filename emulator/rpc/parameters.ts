import type { RpcParameters } from "../core/rpc-service";
import { ServiceError } from "../core/service-error";
import { parseMinutes, parseSeconds } from "./utc-time";

/** How one parameter of an operation is read. `read` throws the ServiceError that the service answers to a bad value. */
export interface ParameterRule<Value> {
  read(name: string, parameters: RpcParameters): Value;
}

export type ParameterTable = Readonly<Record<string, ParameterRule<unknown>>>;
export type ParametersOf<Table extends ParameterTable> = {
  readonly [Name in keyof Table]: Table[Name] extends ParameterRule<infer Value> ? Value : never;
};

/** Makes the reader of a table: it reads in the table's order, so that the first bad parameter is the one that is reported. */
export function parameterReader<Table extends ParameterTable>(
  table: Table,
): (parameters: RpcParameters) => ParametersOf<Table> {
  const rules = Object.entries(table);
  return (parameters) => {
    const values: Record<string, unknown> = {};
    for (const [name, rule] of rules) {
      const value = rule.read(name, parameters);
      if (value !== undefined) values[name] = value;
    }
    return values as ParametersOf<Table>;
  };
}

/** The rule's value, which must be there. @throws ServiceError MissingParameter 400 */
export function required<Value>(rule: ParameterRule<Value | undefined>): ParameterRule<Value> {
  return {
    read(name, parameters) {
      const value = rule.read(name, parameters);
      if (value !== undefined) return value;
      throw new ServiceError(
        400,
        "MissingParameter",
        `The input parameter "${name}" that is mandatory for processing this request is not supplied.`,
      );
    },
  };
}

/** The rule's value, or `value` where the caller gave none. */
export function withDefault<Value>(
  rule: ParameterRule<Value | undefined>,
  value: NoInfer<Value>,
): ParameterRule<Value> {
  return { read: (name, parameters) => rule.read(name, parameters) ?? value };
}

/** Any text that fits `pattern`; `code` is the documented error of this parameter. An empty text counts as absent. */
export function text(pattern?: RegExp, code = "InvalidParameter"): ParameterRule<string | undefined> {
  return scalar(code, (value) => (pattern === undefined || pattern.test(value) ? value : undefined));
}

/** One of a few words, case and all. */
export function oneOf<const Word extends string>(
  words: readonly Word[],
  code = "InvalidParameter",
): ParameterRule<Word | undefined> {
  return scalar(code, (value) => words.find((word) => word === value));
}

/** A whole number between `least` and `most`, or one of `allowed`. */
export function integer(
  range: { readonly least: number; readonly most: number } | { readonly allowed: readonly number[] },
  code = "InvalidParameter",
): ParameterRule<number | undefined> {
  return scalar(code, (value) => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || !Number.isSafeInteger(number)) return undefined;
    const fits = "allowed" in range ? range.allowed.includes(number) : number >= range.least && number <= range.most;
    return fits ? number : undefined;
  });
}

/** `2026-11-20T08:15:00Z` as epoch milliseconds. */
export function secondsTime(code: string): ParameterRule<number | undefined> {
  return scalar(code, (value) => numberOrNothing(parseSeconds(value)));
}

/** `2026-11-20T08:15Z` as epoch milliseconds. */
export function minutesTime(code: string): ParameterRule<number | undefined> {
  return scalar(code, (value) => numberOrNothing(parseMinutes(value)));
}

/** A flattened list, `<name>.1`, `<name>.2` …, of at most `most` texts. */
export function list(most: number, code = "NumberExceed.Resource"): ParameterRule<readonly string[] | undefined> {
  return {
    read(name, parameters) {
      const values: string[] = [];
      for (let index = 1; parameters[`${name}.${index}`] !== undefined; index++)
        values.push(parameters[`${name}.${index}`] as string);
      if (values.length > most) throw invalid(code, name);
      return values.length === 0 ? undefined : values;
    },
  };
}

/** A flattened list of objects, `<name>.1.Key`, `<name>.1.Value` …: key to value, undefined where only the key was given. */
export function pairs(most: number, code: string): ParameterRule<ReadonlyMap<string, string | undefined> | undefined> {
  return {
    read(name, parameters) {
      const values = new Map<string, string | undefined>();
      for (let index = 1; parameters[`${name}.${index}.Key`] !== undefined; index++) {
        values.set(parameters[`${name}.${index}.Key`] as string, parameters[`${name}.${index}.Value`]);
      }
      if (values.size > most) throw invalid(code, name);
      return values.size === 0 ? undefined : values;
    },
  };
}

/** A documented parameter without which the operation is played: giving it is refused instead of being ignored. */
export const unplayed: ParameterRule<undefined> = {
  read(name, parameters) {
    if (parameters[name])
      throw new ServiceError(501, "EmulatorNotImplemented", `The local cloud does not play ${name}.`);
    return undefined;
  },
};

function scalar<Value>(code: string, parse: (value: string) => Value | undefined): ParameterRule<Value | undefined> {
  return {
    read(name, parameters) {
      const value = parameters[name];
      if (value === undefined || value === "") return undefined;
      const parsed = parse(value);
      if (parsed === undefined) throw invalid(code, name);
      return parsed;
    },
  };
}

function numberOrNothing(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}

function invalid(code: string, name: string): ServiceError {
  return new ServiceError(400, code, `The specified parameter ${name} is not valid.`);
}
