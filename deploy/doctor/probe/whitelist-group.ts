import type { Bench } from "./bench";
import { refusalOf } from "./facts";

/** What a group that is closed admits: RDS takes no empty one. */
export const closed = ["127.0.0.1"];

/** Deletes the last address of a closed group. @throws CloudError */
export async function emptyGroup({ call }: Bench, instanceId: string, group: string): Promise<void> {
  const query = {
    DBInstanceId: instanceId,
    DBInstanceIPArrayName: group,
    SecurityIps: closed.join(),
    ModifyMode: "Delete",
  };
  await call.rds.call("ModifySecurityIps", query, { changing: true });
}

/** Closes a group, and removes it where RDS does that. @returns why it stays */
export async function removeGroup(bench: Bench, instanceId: string, group: string): Promise<string | undefined> {
  const { rds } = bench;
  const entries = (await rds.listWhitelist(instanceId))?.get(group);
  if (entries === undefined) return undefined;
  if (entries.join() !== closed.join()) await rds.coverWhitelistGroup(instanceId, group, closed);
  await refusalOf(() => emptyGroup(bench, instanceId, group));
  return (await rds.listWhitelist(instanceId))?.has(group)
    ? "RDS has no call that removes it; it admits 127.0.0.1 alone"
    : undefined;
}
