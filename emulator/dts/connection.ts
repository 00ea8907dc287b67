import type { Login } from "../data/sql-server-data";
import type { Instance } from "../rds/instance";
import { missingNetwork } from "./dts-servers";
import type { DtsWorld } from "./dts-world";
import type { Endpoint } from "./job-configuration";

/** A database server that DTS is logged in to. */
export interface Connection {
  readonly instance: Instance;
  readonly login: Login;
}

/** Why DTS is not: a message of the DTS error list (070211 source connect, 60001 bad credentials). */
export interface ConnectionProblem {
  readonly problem: string;
}

/** Connects as DTS servers do: the instance must run, its whitelist admit all of them, login and password fit. */
export function connect(endpoint: Endpoint, world: DtsWorld): Connection | ConnectionProblem {
  const instance = world.instances.instance(endpoint.instanceId);
  if (!instance) return { problem: `DTS-070211: the instance ${endpoint.instanceId} does not exist.` };
  if (!world.instances.isRunning(instance))
    return { problem: `DTS-070211: the instance ${endpoint.instanceId} is not running.` };
  const network = missingNetwork(instance);
  if (network) return { problem: `DTS-070211: the whitelist of ${endpoint.instanceId} does not admit ${network}.` };
  const login = instance.data.login(endpoint.userName);
  if (!login || login.password !== endpoint.password)
    return { problem: `DTS-60001: Login failed for user '${endpoint.userName}' on ${endpoint.instanceId}.` };
  return { instance, login };
}
