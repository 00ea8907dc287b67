import { CloudError } from "../cloud/cloud-error";
import { reachableAddress } from "../engine/connect";
import type { Dependencies } from "../engine/dependencies";
import { loadedCode } from "../loaded-code";
import { isSecretOf } from "../restore/prerequisites";
import type { Diagnosis, LoginFound, Question } from "./question";

/** How long a SQL Server may take for a login. */
const patienceMs = 10_000;

/** Looks at everything that is asked about, from where the function runs and under its role. Changes and writes nothing. */
export async function diagnose(deps: Dependencies, { diagnosis: { masters } }: Question): Promise<Diagnosis> {
  const pairs = masters.flatMap(({ id, secretNames }) => secretNames.map((secretName) => ({ id, secretName })));
  const looked = await Promise.all(pairs.map(({ id, secretName }) => lookAt(deps, id, secretName)));
  return {
    nowMs: deps.clock.nowMs(),
    code: loadedCode(),
    services: await Promise.all([
      service("rds", () => deps.rds.listTemporaryInstances()),
      service("dts", () => deps.dts.listJobsByPrefix("rewind-doctor")),
      service("ots", () => deps.store.list({ limit: 1 })),
    ]),
    secrets: looked.map(({ secret }) => secret),
    logins: looked.flatMap(({ login }) => login ?? []),
  };
}

async function service(name: string, call: () => Promise<unknown>): Promise<Diagnosis["services"][number]> {
  return { service: name, code: await codeOf(call) };
}

async function lookAt(
  deps: Dependencies,
  masterInstanceId: string,
  secretName: string,
): Promise<{ readonly secret: Diagnosis["secrets"][number]; readonly login: LoginFound | null }> {
  if (!isSecretOf(masterInstanceId, secretName))
    return { secret: { name: secretName, code: "secret-out-of-scope" }, login: null };
  const code = await codeOf(() => deps.secrets.read(secretName, null, { fresh: true }));
  const login = code === null ? await logIn(deps, masterInstanceId, secretName) : null;
  return { secret: { name: secretName, code }, login };
}

async function logIn(deps: Dependencies, masterInstanceId: string, secretName: string): Promise<LoginFound> {
  let shown: string | null = null;
  const code = await codeOf(async () => {
    const address = await reachableAddress(deps, masterInstanceId);
    if (!address) return;
    shown = `${address.host}:${address.port}`;
    const session = await deps.sqlServers.connect(address, await deps.secrets.read(secretName, null), patienceMs);
    await session.close();
  });
  return { masterInstanceId, secretName, address: shown, code };
}

/** Null where the call succeeds. @throws what is a bug of ours */
async function codeOf(call: () => Promise<unknown>): Promise<string | null> {
  try {
    await call();
    return null;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return error.service === "sql-server" && error.kind !== "refused" ? "unavailable" : error.code;
  }
}
