import { functionRoles } from "../../deploy/roles";
import { localStage } from "../deploy/local-stage";

/** What a role may do, but for the log lines that Function Compute itself writes under it and its network interfaces. */
export function allowedActions(name: "api" | "alarm" | "engine"): string[] {
  const role = functionRoles(localStage({})).find((one) => one.name === `rewind-dev-${name}`)!;
  const actions = role.policy.Statement.flatMap(({ Action }) => Action);
  return [...new Set(actions.filter((action) => !action.startsWith("log:")))].sort();
}
