import type { RpcParameters } from "../core/rpc-service";
import { beyondThisEmulator, invalidParameter } from "./refusal";

/** The value of a parameter that must be there. @throws Refusal InvalidParameter */
export function required(parameters: RpcParameters, name: string): string {
  const value = parameters[name];
  if (value === undefined || value === "") throw invalidParameter(name, "it is required");
  return value;
}

/** A parameter with a closed set of values. @throws Refusal InvalidParameter */
export function oneOf<Value extends string>(
  parameters: RpcParameters,
  name: string,
  values: readonly Value[],
  byDefault: Value,
): Value {
  const text = parameters[name] ?? byDefault;
  const value = values.find((candidate) => candidate === text);
  if (value === undefined) throw invalidParameter(name, `${text} is not one of ${values.join(", ")}`);
  return value;
}

/** `true` or `false` as scalars travel; undefined when absent. @throws Refusal InvalidParameter */
export function booleanOf(parameters: RpcParameters, name: string): boolean | undefined {
  const value = parameters[name]?.toLowerCase();
  if (value === undefined || value === "") return undefined;
  if (value !== "true" && value !== "false") throw invalidParameter(name, "it must be true or false");
  return value === "true";
}

/** A comma list without empty elements; undefined when absent. */
export function listOf(parameters: RpcParameters, name: string): string[] | undefined {
  const value = parameters[name];
  if (value === undefined || value === "") return undefined;
  return value
    .split(",")
    .map((element) => element.trim())
    .filter((element) => element !== "");
}

/** Answers that the emulator does not play these parameters, instead of ignoring them. @throws ServiceError 501 */
export function refuseParameters(parameters: RpcParameters, names: readonly string[]): void {
  const given = names.find((name) => (parameters[name] ?? "") !== "");
  if (given !== undefined) throw beyondThisEmulator(`the parameter ${given}`);
}
