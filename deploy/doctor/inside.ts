import FcClient, { InvokeFunctionHeaders, InvokeFunctionRequest } from "@alicloud/fc20230330";
import { BytesReadable, RuntimeOptions } from "@darabonba/typescript";
import { readAlertRules } from "../../shared/alerts/rules";
import type { Diagnosis, LoginFound, Question } from "../../shared/diagnosis/question";
import { ask, products } from "../refusal";
import { clientConfig, type Stage } from "../stage";
import { type Examination, type Finding, notChecked, ok, wrong } from "./finding";
import { openService } from "./services";

type Found = Omit<Finding, "area">;

/** Beside the longest login; the function itself may run for 120 s. */
const patienceMs = 60_000;

/** Clocks of functions decide on tokens, which may be off by 10 s. */
const skewMaxMs = 10_000;

/** What only a function can tell: one of them looks at secrets and SQL ports from where it runs, under its role. */
export function insideArea(stage: Stage): Examination {
  return {
    area: "from a function",
    look: async () => {
      const masters = await mastersWithSecrets(stage);
      const asked = await question(stage, { diagnosis: { masters } });
      if (typeof asked === "string")
        return [wrong(asked, "Run npm run deploy; if it stays so, read the function's log in its console.")];
      return [
        ...clock(asked),
        ...services(asked.answer, stage),
        ...secrets(asked.answer),
        ...asked.answer.logins.map(login),
        ...(masters.length === 0 ? [noSecrets] : []),
      ];
    },
  };
}

const noSecrets = notChecked(
  "Secrets and SQL ports: there is no secret below rewind/, and no alert rule names one.",
  'Make a secret rewind/<masterInstanceId>/<name> in KMS; its value is {"AccountName":"…","AccountPassword":"…"}.',
);

/** Those that have a secret in KMS, and those that an alert rule names. */
async function mastersWithSecrets(stage: Stage): Promise<Question["diagnosis"]["masters"]> {
  const { rules } = readAlertRules(JSON.stringify(stage.settings.alertRules));
  const names = [...(await secretNames(stage)), ...(rules ?? []).map((rule) => rule.secretName)];
  const byMaster = new Map<string, string[]>();
  for (const name of new Set(names)) {
    const id = /^rewind\/([^/]+)\/./.exec(name)?.[1];
    if (id !== undefined) byMaster.set(id, [...(byMaster.get(id) ?? []), name]);
  }
  return [...byMaster].map(([id, names]) => ({ id, secretNames: names }));
}

async function secretNames(stage: Stage): Promise<string[]> {
  const kms = openService(stage, "kms");
  const names: string[] = [];
  for (let PageNumber = 1; ; PageNumber++) {
    const query = { PageNumber, PageSize: 100 };
    const answer = await ask("kms", "ListSecrets", () => kms.call("ListSecrets", query, { changing: false }));
    const { SecretList, TotalCount } = answer as {
      SecretList?: { Secret?: readonly { SecretName?: string }[] };
      TotalCount?: number;
    };
    const page = SecretList?.Secret ?? [];
    names.push(...page.flatMap(({ SecretName }) => SecretName ?? []));
    if (page.length === 0 || PageNumber * 100 >= Number(TotalCount)) return names;
  }
}

/** A sentence where the function does not answer as this version does. */
async function question(
  stage: Stage,
  asked: Question,
): Promise<string | { readonly answer: Diagnosis; readonly platformMs: number }> {
  const name = `${stage.names.prefix}-verify-data`;
  const client = new FcClient(clientConfig(stage, "functions"));
  const request = new InvokeFunctionRequest({ body: new BytesReadable(JSON.stringify(asked)) });
  const runtime = new RuntimeOptions({ connectTimeout: patienceMs, readTimeout: patienceMs });
  const { body, headers = {} } = await ask("fc", "InvokeFunction", () =>
    client.invokeFunctionWithOptions(name, request, new InvokeFunctionHeaders({}), runtime),
  );
  const chunks: Buffer[] = [];
  for await (const chunk of body ?? []) chunks.push(Buffer.from(chunk));
  const answer = parsed(Buffer.concat(chunks).toString("utf8"));
  if (headers["x-fc-error-type"]) return `The function ${name} fails: ${String(answer["errorMessage"]).slice(0, 500)}`;
  if (!Array.isArray(answer["logins"]))
    return `The function ${name} does not know the question; it is of another version.`;
  return { answer: answer as unknown as Diagnosis, platformMs: Date.parse(headers["date"] ?? "") };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function clock({ answer, platformMs }: { readonly answer: Diagnosis; readonly platformMs: number }): Found[] {
  const seconds = Math.round((answer.nowMs - platformMs) / 1000);
  if (Number.isNaN(seconds) || Math.abs(seconds) * 1000 <= skewMaxMs) return [];
  return [
    wrong(
      `The clock of the function is ${Math.abs(seconds)} s ${seconds > 0 ? "ahead of" : "behind"} that of Function Compute.`,
      "Tell the support of Function Compute: tokens are refused or believed at wrong times.",
    ),
  ];
}

function services({ services }: Diagnosis, { names }: Stage): Found[] {
  return services.map(({ service, code }) =>
    code === null
      ? ok(`${products[service]} answers the functions.`)
      : wrong(
          `${products[service]} refuses the functions (${code}).`,
          `Run npm run deploy, which sets the policy of ${names.prefix}-engine; look at endpoints.${service === "ots" ? "tablestore" : service} if it stays so.`,
        ),
  );
}

function secrets({ secrets }: Diagnosis): Found[] {
  return secrets.map(({ name, code }) => {
    if (code === null) return ok(`The secret ${name} is readable.`);
    return wrong(`The functions cannot read the secret ${name} (${code}).`, secretAdvice(code));
  });
}

function secretAdvice(code: string): string {
  if (code === "Forbidden.ResourceNotFound") return "Make the secret in KMS, or take its name out of the alert rules.";
  if (code === "SecretNotUsable")
    return 'Give it a value of the form {"AccountName":"…","AccountPassword":"…"}, with the login of a SQL Server.';
  if (/NoPermission|RAM|Denied/.test(code))
    return "Run npm run deploy, which lets the functions read secrets below rewind/.";
  return "Look at endpoints.kms and at the state of the KMS instance.";
}

function login({ masterInstanceId, secretName, address, code }: LoginFound): Found {
  if (code === null && address !== null)
    return ok(`${masterInstanceId} lets the functions log in at ${address} with ${secretName}.`);
  if (code === null)
    return wrong(
      `The functions reach no address of ${masterInstanceId}.`,
      "Give the master a public endpoint, or put the functions into its VPC (network.vpc).",
    );
  if (address === null)
    return wrong(
      `The addresses of ${masterInstanceId} cannot be read (${code}).`,
      "Look whether the instance is there, in this region; otherwise delete its secrets.",
    );
  if (code === "unavailable")
    return wrong(
      `${masterInstanceId} does not let the functions connect at ${address}.`,
      "Let in the addresses of network.egressAddresses, or those of the vSwitches, in the instance's whitelist; the instance must be Running.",
    );
  return wrong(`${masterInstanceId} refuses the login of ${secretName} at ${address} (${code}).`, loginAdvice(code));
}

function loginAdvice(code: string): string {
  if (code === "login-failed")
    return "Put the account's name and password as they are now into the secret; one that is meant for temporary instances alone may stay.";
  if (code === "tls-not-offered") return "Switch on SSL of the instance, or set sqlServers.privateTls to preferred.";
  if (code === "certificate-not-trusted")
    return "Put the authority that issued the instance's certificate into the file of sqlServers.caFile.";
  return "Log in with the same account from another place and see what the server says.";
}
