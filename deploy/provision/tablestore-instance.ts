import InstancesClient, {
  CreateInstanceRequest,
  DeleteInstanceRequest,
  GetInstanceRequest,
  ListInstancesRequest,
  UpdateInstanceRequest,
} from "@alicloud/tablestore20201209";
import { type Advice, ask } from "../refusal";
import { clientConfig, type Stage } from "../stage";
import type { Change } from "./change";

/** How the instance is, as far as deploying cares. */
export interface FoundInstance {
  readonly networks: readonly string[];
}

/** By the list, not by its name: the code of a read that finds nothing is not documented. @throws Refusal */
export async function findInstance(stage: Stage): Promise<FoundInstance | undefined> {
  const instances = open(stage);
  const name = stage.names.tablestoreInstance;
  let nextToken: string | undefined;
  do {
    const request = new ListInstancesRequest({
      instanceName: name,
      maxResults: 100,
      ...(nextToken ? { nextToken } : {}),
    });
    const { body } = await ask("ots", "ListInstances", () => instances.listInstances(request));
    const isThere = (body?.instances ?? []).some((found) => found.instanceName?.toLowerCase() === name.toLowerCase());
    if (isThere) {
      const read = new GetInstanceRequest({ instanceName: name });
      const found = await ask("ots", "GetInstance", () => instances.getInstance(read));
      return { networks: found.body?.networkTypeACL ?? [] };
    }
    nextToken = body?.nextToken || undefined;
  } while (nextToken !== undefined);
  return undefined;
}

/** Makes the instance, or opens it for the networks that the functions come from. Networks that it allows beyond that stay. */
export function instanceChanges(found: FoundInstance | undefined, stage: Stage): Change[] {
  const instances = open(stage);
  const { tablestoreInstance } = stage.names;
  const wanted = wantedNetworks(stage.settings);
  if (!found)
    return [
      {
        text: `Makes the Tablestore instance ${tablestoreInstance}, open for ${wanted.join(" and ")}.`,
        cost: "Tablestore bills each read and write and the stored rows; no fee for the instance itself.",
        apply: async () => {
          const request = new CreateInstanceRequest({
            instanceName: tablestoreInstance,
            clusterType: "SSD",
            instanceDescription: "State of restores (Rewind)",
            networkTypeACL: wanted,
          });
          await ask("ots", "CreateInstance", () => instances.createInstance(request), nameTaken(tablestoreInstance));
        },
      },
    ];
  const lacking = wanted.filter((network) => !found.networks.includes(network));
  if (lacking.length === 0) return [];
  return [
    {
      text: `Opens the Tablestore instance ${tablestoreInstance} for ${lacking.join(" and ")}: it refuses what does not come from ${found.networks.join(" and ") || "its console"}.`,
      apply: async () => {
        const networkTypeACL = [...found.networks, ...lacking];
        const request = new UpdateInstanceRequest({ instanceName: tablestoreInstance, networkTypeACL });
        await ask("ots", "UpdateInstance", () => instances.updateInstance(request));
      },
    },
  ];
}

export function instanceRemoval(stage: Stage): Change[] {
  const { tablestoreInstance } = stage.names;
  return [
    {
      text: `Deletes the Tablestore instance ${tablestoreInstance}.`,
      apply: async () => {
        const request = new DeleteInstanceRequest({ instanceName: tablestoreInstance });
        await ask("ots", "DeleteInstance", () => open(stage).deleteInstance(request));
      },
    },
  ];
}

function open(stage: Stage): InstancesClient {
  return new InstancesClient(clientConfig(stage, "tablestoreManagement"));
}

/**
 * Set and said, because what a new instance allows by itself has changed over the years. The person who deploys makes the tables from the
 * Internet, also where the functions come from a VPC.
 */
function wantedNetworks({ tablestore, network }: Stage["settings"]): string[] {
  const wanted = tablestore.networks ?? (network.vpc ? ["internet" as const, "vpc" as const] : ["internet" as const]);
  return wanted.map((name) => name.toUpperCase());
}

const nameTaken = (name: string): Advice[] => [
  {
    when: /exist|conflict|duplicate|taken|used/i,
    say: () =>
      `The name ${name} is taken: names of instances are unique in a region, across all accounts. Say another one with tablestore.instance.`,
  },
];
