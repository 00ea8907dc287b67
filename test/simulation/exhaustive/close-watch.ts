import type { RestoreRecord } from "../../../shared/restore/model/record";
import type { SimulatedMaster } from "../master";
import type { Parameters, Product } from "../onlooker";
import { PromiseBroken } from "../promises/promise-broken";
import { Promises } from "../promises/promises";
import type { World } from "../world";
import type { ScriptedPeople } from "./script";

/** What one restore on an otherwise quiet master lets us watch more closely than the promises of a whole world. */
export class CloseWatch extends Promises {
  readonly #hands: (record: RestoreRecord) => void;
  #world!: World;
  #people!: ScriptedPeople;
  #failed = false;

  /** @param hands other hands, told of each record once it is judged */
  constructor(hands: (record: RestoreRecord) => void) {
    super();
    this.#hands = hands;
  }

  override watch(world: World, masters: readonly SimulatedMaster[], people: ScriptedPeople): void {
    super.watch(world, masters, people);
    this.#world = world;
    this.#people = people;
  }

  override saved(before: RestoreRecord | undefined, record: RestoreRecord, json: string | null): void {
    super.saved(before, record, json);
    if (before) {
      this.#judgeLock(record);
      this.#judgeSuccess(record);
    }
    this.#hands(record);
  }

  override sending(product: Product, action: string, parameters: Parameters): void {
    super.sending(product, action, parameters);
    const world = this.#world;
    const living = world.rds.instances().filter((one) => one.type === "Temp" && one.deletingSinceMs === undefined);
    if (action === "CreateTempDBInstance" && living.length > 0)
      this.#broken("one-temporary-instance", `a second instance is asked for while ${living[0]!.id} exists`);
    const { yesAtMs } = this.#people;
    if (action === "CreateDatabase" && (yesAtMs === null || world.scheduler.nowMs() - yesAtMs > 65 * 60_000))
      this.#broken("write-only-approved", "the yes of a person was older than an hour when the write was sent");
  }

  /** From the create to the end of the clean-up the master is ours alone. */
  #judgeLock(record: RestoreRecord): void {
    if (["accepted", "waiting", "closed"].includes(record.status)) return;
    const { masterInstanceId } = record.request;
    const row = this.#world.tablestore.getRow({ table: "locks", primaryKey: { masterInstanceId } });
    if (row?.columns["restoreId"] !== record.restoreId)
      this.#broken("one-temporary-instance", `the master's lock is not held while ${record.status}`);
  }

  #judgeSuccess(record: RestoreRecord): void {
    if (record.outcome !== "succeeded") return;
    const compared = record.comparison?.tables ?? [];
    if (compared.length === 0 || compared.some((table) => table.verdict === "pending"))
      this.#broken("true-outcome", "it succeeded and nothing was compared");
  }

  #broken(promise: PromiseBroken["promise"], text: string): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#world.scheduler.fail(new PromiseBroken(promise, text));
  }
}
