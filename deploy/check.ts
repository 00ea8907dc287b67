import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseEnv } from "node:util";
import { DefinitionError, type FunctionDefinition, readDefinition } from "../emulator/fc/definition";
import { EnvironmentError, readConfig, readRules } from "../shared/config";

type Environment = Readonly<Record<string, string>>;

/** What would be deployed, and everything that speaks against it. */
export interface CheckedDeployment {
  readonly functions: readonly FunctionDefinition[];
  readonly problems: readonly string[];
}

/**
 * Reads a deployment as its functions will. What is wrong with a variable would otherwise be found at the first invocation of a function
 * that is deployed already.
 * @param definition the text of the `s.yaml`
 * @param environment of whoever deploys
 */
export function checkDeployment(definition: string, environment: Environment): CheckedDeployment {
  const unread = unreadNames(definition, environment);
  const missing = missingNames(definition, environment);
  if (missing.length > 0) return { functions: [], problems: [...missing, ...unread] };
  try {
    const functions = readDefinition(definition, environment);
    return { functions, problems: [...unread, ...functionProblems(functions)] };
  } catch (error) {
    if (error instanceof DefinitionError) return { functions: [], problems: [...unread, ...error.problems] };
    throw error;
  }
}

/** Variables without a default that are not set: without them the definition cannot be read at all. */
function missingNames(definition: string, environment: Environment): string[] {
  const withoutComments = definition.replace(/^\s*#.*$/gm, "");
  const needed = new Set([...withoutComments.matchAll(/env\('(\w+)'\)/g)].map((match) => match[1]!));
  return [...needed].filter((name) => !environment[name]).map((name) => `${name} is not set and has no default.`);
}

/** Variables with our prefix that reach no function: typing mistakes, which would leave a default in force. */
function unreadNames(definition: string, environment: Environment): string[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith("REWIND_") && !definition.includes(`env('${name}'`))
    .map((name) => `${name} is set, but s.yaml does not read it.`);
}

/** One sentence per problem, with the functions that have it. */
function functionProblems(functions: readonly FunctionDefinition[]): string[] {
  const resources = new Map<string, string[]>();
  for (const definition of functions)
    for (const problem of problemsOf(definition))
      resources.set(problem, [...(resources.get(problem) ?? []), definition.resource]);
  return [...resources].map(
    ([problem, having]) => `${problem} (${having.length === functions.length ? "every function" : having.join(", ")})`,
  );
}

function problemsOf({ environmentVariables, vpcId }: FunctionDefinition): string[] {
  return [
    ...environmentProblems(() => {
      const config = readConfig(environmentVariables);
      if (config.vpcId !== vpcId)
        throw new EnvironmentError([
          `REWIND_VPC_ID is ${config.vpcId ?? "not set"}, but vpcConfig in s.yaml puts functions into ${vpcId ?? "no VPC"}`,
        ]);
    }),
    ...environmentProblems(() => readRules(environmentVariables)),
  ];
}

function environmentProblems(read: () => unknown): readonly string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof EnvironmentError) return error.problems;
    throw error;
  }
}

/** The environment as `s` sees it: a `.env` beside the `s.yaml` adds what the shell does not say. */
function deployersEnvironment(repository: string): Environment {
  const file = path.join(repository, ".env");
  const all = { ...(existsSync(file) ? parseEnv(readFileSync(file, "utf8")) : {}), ...process.env };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function main(): void {
  const repository = path.resolve(__dirname, "..");
  const definition = readFileSync(path.join(repository, "s.yaml"), "utf8");
  const { functions, problems } = checkDeployment(definition, deployersEnvironment(repository));
  if (problems.length > 0) {
    console.error(`Nothing was deployed. Put this right first:\n${problems.map((text) => `  ${text}`).join("\n")}`);
    process.exitCode = 1;
    return;
  }
  const names = functions.map(({ functionName }) => functionName).join(", ");
  console.log(`s.yaml, every variable and the alert rules were read as these functions will read them: ${names}.`);
}

if (require.main === module) main();
