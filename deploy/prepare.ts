import { readFileSync } from "node:fs";
import path from "node:path";
import { type FunctionDefinition, readDefinition } from "../emulator/fc/definition";
import { hashOfBundles, writeBundledVariables } from "./build";
import type { Settings } from "./settings";
import { bundledVariables, definitionVariables } from "./variables";

/** The functions of one deployment, and the variables that their `s.yaml` was read with. */
export interface PreparedFunctions {
  readonly functions: readonly FunctionDefinition[];
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Lays the settings beside the bundles and reads the definition for just these files.
 * @param root folder of the `s.yaml`, with the built functions in `dist/functions`
 */
export function prepareFunctions(settings: Settings, root: string): PreparedFunctions {
  const folder = path.join(root, "dist", "functions");
  writeBundledVariables(folder, bundledVariables(settings));
  const variables = { ...definitionVariables(settings), REWIND_BUILD: hashOfBundles(folder) };
  return { variables, functions: readDefinition(readFileSync(path.join(root, "s.yaml"), "utf8"), variables) };
}
