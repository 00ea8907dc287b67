import { parse } from "yaml";
import { DefinitionError, type FunctionDefinition, readDefinition } from "../emulator/fc/definition";
import { type Config, EnvironmentError, readConfig, readRules } from "../shared/config";
import { definitionProblems, resourceProblems, type Wanted } from "./definition-rules";
import { addressProblem, endpointProblem, isLoopback } from "./endpoints";
import { namesOf } from "./names";
import { instanceNameProblem, type Settings } from "./settings";
import { bundledVariables, definitionVariables, inWordsOfSettings } from "./variables";

/** What would be deployed, and everything that speaks against it. */
export interface CheckedDeployment {
  readonly functions: readonly FunctionDefinition[];
  readonly problems: readonly string[];
}

/**
 * Reads a deployment as its functions will. What is wrong would otherwise be found at the first invocation of a function that is
 * deployed already, or by an alarm that is not taken.
 * @param definition the text of the `s.yaml`
 */
export function checkDeployment(definition: string, settings: Settings): CheckedDeployment {
  const variables = definitionVariables(settings);
  const general = [...networkProblems(settings), ...unreadNames(definition, variables), ...frameProblems(definition)];
  try {
    const functions = readDefinition(definition, variables);
    const problems = functionProblems(functions, settings).map(inWordsOfSettings);
    return { functions, problems: [...general, ...resourceProblems(functions), ...problems] };
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    return { functions: [], problems: [...general, ...error.problems.map((problem) => `s.yaml: ${problem}`)] };
  }
}

/** Names and hosts that the cloud would refuse, or that would not serve the region. */
function networkProblems(settings: Settings): string[] {
  const { protocol, network, tablestore } = settings;
  const { endpoints, tablestoreInstance } = namesOf(settings);
  const problems: string[] = [];
  const nameProblem = instanceNameProblem(tablestoreInstance);
  if (nameProblem)
    problems.push(
      `The stage ${settings.stage} would make the Tablestore instance ${tablestoreInstance}; its name must be ${nameProblem}. Choose another stage, or say tablestore.instance.`,
    );
  problems.push(...(protocol === "https" ? hostProblems(settings) : clearProblems(endpoints)));
  if (!network.internetAccess && !network.vpc)
    problems.push("network.internetAccess is false and network.vpc is not set: the functions would reach nothing.");
  if (tablestore.networks && !tablestore.networks.includes(network.internetAccess ? "internet" : "vpc"))
    problems.push(
      `tablestore.networks is ${tablestore.networks.join(", ")}, but the functions come from ${network.internetAccess ? "the Internet" : "a VPC"}: Tablestore would refuse them.`,
    );
  return problems;
}

function hostProblems(settings: Settings): string[] {
  const { region, account } = settings;
  const { endpoints, tablestoreInstance } = namesOf(settings);
  return Object.entries(endpoints).flatMap(([name, given]) => {
    const problem =
      name === "rds" || name === "dts"
        ? endpointProblem(name, given, region)
        : addressProblem(name, given, { region, account, tablestoreInstance });
    return problem ?? [];
  });
}

function clearProblems(endpoints: Readonly<Record<string, string>>): string[] {
  const away = Object.entries(endpoints).filter(([, given]) => !isLoopback(given));
  if (away.length === 0) return [];
  const names = away.map(([name]) => `endpoints.${name}`).join(", ");
  return [
    `protocol is http, which is for the local cloud only, but ${names} would travel in clear to another machine.`,
  ];
}

/** Settings that reach no function: somebody took their line out of s.yaml. A comment reads nothing. */
function unreadNames(definition: string, variables: Readonly<Record<string, string>>): string[] {
  const text = definition.replace(/(^|\s)#.*$/gm, "");
  return Object.keys(variables)
    .filter((name) => !text.includes(`env('${name}'`))
    .map((name) => `s.yaml does not read ${name}, so the setting ${inWordsOfSettings(name)} would have no effect.`);
}

/** The version that the local cloud was held against; a newer component could deploy the same definition otherwise. */
const component = "fc3@0.1.22";

/** What stands beside the functions' own settings: the component, hooks, and keys that Serverless Devs would ignore. */
function frameProblems(definition: string): string[] {
  const document = documentOf(definition);
  const unknown = Object.keys(document).filter(
    (key) => !["edition", "name", "access", "vars", "resources"].includes(key),
  );
  return [
    ...unknown.map((key) => `s.yaml: ${key} is no key that Serverless Devs reads.`),
    ...Object.entries(fieldsOf(document["resources"])).flatMap(([name, resource]) => {
      const fields = fieldsOf(resource);
      return [
        ...(fields["component"] === component
          ? []
          : [
              `s.yaml: resources.${name}.component must be pinned to ${component}, which was tried; it is ${fields["component"]}.`,
            ]),
        ...("actions" in fields ? [`s.yaml: resources.${name}.actions would run commands while deploying.`] : []),
      ];
    }),
  ];
}

/** What is not YAML is told by the reading of it. */
function documentOf(definition: string): Readonly<Record<string, unknown>> {
  try {
    return fieldsOf(parse(definition, { merge: true }));
  } catch {
    return {};
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** One sentence per problem, with the functions that have it. */
function functionProblems(functions: readonly FunctionDefinition[], settings: Settings): string[] {
  const resources = new Map<string, string[]>();
  for (const definition of functions)
    for (const problem of problemsOf(definition, settings))
      resources.set(problem, [...(resources.get(problem) ?? []), definition.resource]);
  return [...resources].map(
    ([problem, having]) => `${problem} (${having.length === functions.length ? "every function" : having.join(", ")})`,
  );
}

function problemsOf(definition: FunctionDefinition, settings: Settings): string[] {
  const environment = { ...bundledVariables(settings), ...definition.environmentVariables };
  const config = orProblems(() => readConfig(environment));
  const rules = orProblems(() => readRules(environment));
  return [
    ...config.problems,
    ...rules.problems,
    ...(config.value ? vpcProblems(definition, config.value) : []),
    ...(config.value ? definitionProblems(definition, wantedBy(settings, config.value)) : []),
  ];
}

function wantedBy(settings: Settings, config: Config): Wanted {
  const { logProject } = namesOf(settings);
  return { config, account: settings.account, logProject, variables: definitionVariables(settings) };
}

function vpcProblems({ vpcConfig }: FunctionDefinition, config: Config): string[] {
  const vpcId = vpcConfig?.vpcId ?? null;
  if (config.vpcId === vpcId) return [];
  return [`REWIND_VPC_ID is ${config.vpcId ?? "not set"}, but vpcConfig puts functions into ${vpcId ?? "no VPC"}`];
}

function orProblems<T>(read: () => T): { readonly value?: T; readonly problems: readonly string[] } {
  try {
    return { value: read(), problems: [] };
  } catch (error) {
    if (error instanceof EnvironmentError) return { problems: error.problems };
    throw error;
  }
}
