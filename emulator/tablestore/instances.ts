import type { Capabilities } from "../capabilities";
import type { Clock } from "../core/clock";
import type { RpcParameters, RpcService } from "../core/rpc-service";
import { instanceOperations } from "./instance-operations";
import { TablestoreService } from "./tablestore-service";

/** From where an instance may be reached. Everybody outside this process comes from the Internet. */
export type Network = "INTERNET" | "VPC" | "CLASSIC";

export interface TablestoreInstance {
  readonly name: string;
  readonly description: string;
  readonly clusterType: string;
  readonly createdAtMs: number;
  networks: readonly Network[];
  readonly service: TablestoreService;
}

export interface InstancesOptions {
  readonly clock: Clock;
  readonly accountId: string;
  readonly regionId: string;
  readonly capabilities: Pick<Capabilities, "newTablestoreInstanceOpensToInternet">;
  /** How long after a write indexes show it. */
  readonly indexLagMs?: number;
  /** Names that other accounts have: they are unique in a region. */
  readonly foreignNames?: readonly string[];
}

/** The instances of one account, and the API of version 2020-12-09 that makes them. */
export class TablestoreInstances implements RpcService {
  readonly product = "ots";
  readonly version = "2020-12-09";
  readonly options: InstancesOptions;
  readonly #instances = new Map<string, TablestoreInstance>();

  constructor(options: InstancesOptions) {
    this.options = options;
  }

  call(action: string, parameters: RpcParameters): Record<string, unknown> {
    return instanceOperations.call(this, action, parameters);
  }

  /** Names are the same whatever their case. */
  find(name: string): TablestoreInstance | undefined {
    return this.#instances.get(name.toLowerCase());
  }

  all(): TablestoreInstance[] {
    return [...this.#instances.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  isTaken(name: string): boolean {
    const { foreignNames = [] } = this.options;
    return this.find(name) !== undefined || foreignNames.some((other) => other.toLowerCase() === name.toLowerCase());
  }

  /** @param networks what it allows; what a new instance allows by itself is a capability */
  create(name: string, networks?: readonly Network[], description = "", clusterType = "SSD"): TablestoreInstance {
    const { clock, indexLagMs, capabilities } = this.options;
    const byItself: Network[] = capabilities.newTablestoreInstanceOpensToInternet
      ? ["INTERNET", "VPC", "CLASSIC"]
      : ["VPC"];
    const instance = {
      name,
      description,
      clusterType,
      createdAtMs: clock.nowMs(),
      networks: networks ?? byItself,
      service: new TablestoreService({ clock, indexLagMs }),
    };
    this.#instances.set(name.toLowerCase(), instance);
    return instance;
  }

  remove(name: string): void {
    this.#instances.delete(name.toLowerCase());
  }
}
