import type { RestoreRecord } from "../../../shared/restore/model/record";
import type { Parameters } from "../onlooker";
import type { World } from "../world";
import type { Break } from "./promise-broken";

/** The two calls that restore databases into an instance. */
export const restoringActions: readonly string[] = ["RecoveryDBInstance", "CopyDatabaseBetweenInstances"];

/** The longest name that any document of RDS allows. */
const legalName = /^[a-z][a-z0-9_]{0,62}[a-z0-9]$/;

/** Judges what RDS is asked to restore, by the request and by what the cloud answered before; no name or plan of the product is believed. */
export class DatabaseRestores {
  readonly #world: World;
  readonly #broken: Break;
  /** Restore id to the call that was sent last and what is known of it. */
  readonly #sent = new Map<string, { readonly action: string; state: "in-doubt" | "accepted" | "refused" }>();

  constructor(world: World, broken: Break) {
    this.#world = world;
    this.#broken = broken;
  }

  /** @param sender the restore whose intent the call is */
  judge(sender: RestoreRecord, action: string, parameters: Parameters): void {
    const { restoreId, request } = sender;
    const master = request.masterInstanceId;
    // Without its target the call buys an instance.
    if (parameters["TargetDBInstanceId"] !== master || parameters["DBInstanceId"] !== master)
      throw this.#broken(
        "allowed-money",
        `${restoreId} sends ${action} from ${parameters["DBInstanceId"]} to ${parameters["TargetDBInstanceId"] ?? "a new instance"}`,
      );
    this.#judgeOrder(restoreId, action);
    const names = Object.entries(JSON.parse(String(parameters["DbNames"])) as Record<string, string>);
    const asked = request.objects.map(({ database }) => database.toLowerCase()).sort();
    const wrong = (text: string) => this.#broken("write-only-approved", `${restoreId} sends ${action}, and ${text}`);
    if (JSON.stringify(names.map(([name]) => name.toLowerCase()).sort()) !== JSON.stringify(asked))
      throw wrong(`restores ${names.map(([name]) => name)} instead of ${asked}`);
    for (const [, newName] of names) {
      if (!legalName.test(newName) || !newName.endsWith(restoreId.slice(2))) throw wrong(`the new name is ${newName}`);
      if (this.#world.rds.instance(master)?.data.database(newName) && !this.#isRepeat(restoreId))
        throw wrong(`${newName} is on the master already`);
    }
    const time = parameters["RestoreTime"];
    const isSamePoint =
      request.backupId === null
        ? time !== undefined && Date.parse(String(time)) === Date.parse(request.restoreTime!)
        : parameters["BackupId"] === request.backupId && time === undefined;
    if (!isSamePoint) throw wrong(`restores another point than was asked for`);
  }

  answered(action: string, parameters: Parameters, answer: object | null): void {
    if (!restoringActions.includes(action)) return;
    const names = String(parameters["DbNames"]);
    for (const [restoreId, sent] of this.#sent) {
      if (sent.action === action && names.includes(restoreId.slice(2)))
        sent.state = answer === null ? "refused" : "accepted";
    }
  }

  /** The other call only after a refusal, and no call after one that was accepted. */
  #judgeOrder(restoreId: string, action: string): void {
    const before = this.#sent.get(restoreId);
    if (before?.state === "accepted")
      throw this.#broken("legal-history", `${restoreId} sends ${action} after ${before.action} was accepted`);
    if (before?.state === "in-doubt" && before.action !== action)
      throw this.#broken("legal-history", `${restoreId} sends ${action} while ${before.action} is in doubt`);
    this.#sent.set(restoreId, { action, state: "in-doubt" });
  }

  /** A call in doubt may have taken effect after it was read back. */
  #isRepeat(restoreId: string): boolean {
    return this.#sent.has(restoreId);
  }
}
