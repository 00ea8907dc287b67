import type { RestoreRecord } from "../../shared/restore/model/record";
import type { Columns, RowOf, Rows } from "../../shared/store/rows";
import type { Chance } from "./chance";
import type { Break } from "./promises/promise-broken";
import type { Scheduler } from "./scheduler";

/** How the newer version's records differ: a field more in the same form, or a form of their own. */
type Change = "field" | "form";

/** What the newer version writes, beyond what the older one knows. */
interface NewerRow {
  readonly restoreId: string;
  readonly schemaVersion: number;
  /** `field`: how often the newer version has saved it. */
  readonly newerSaves?: number;
  /** `form`: where the newer version keeps the timeline. */
  readonly history?: unknown;
}

/**
 * A deployment: the code before it, for a time both, then the newer one. Some deployments are taken back for a while. Each invocation
 * is of one version; the newer one is the same code that writes its records otherwise.
 */
export class CodeVersions {
  readonly #scheduler: Scheduler;
  readonly #chance: Chance;
  readonly #change: Change;
  readonly #broken: Break;
  /** Epoch milliseconds: both versions from the first to the last, but for the time between the inner two, when it is taken back. */
  readonly #moments: readonly [number, number, number, number];
  readonly #newest = new Map<string, NewerRow>();

  constructor(scheduler: Scheduler, chance: Chance, untilMs: number, broken: Break) {
    this.#scheduler = scheduler;
    this.#chance = chance;
    this.#broken = broken;
    this.#change = chance.pick(["field", "form"]);
    const at = () => chance.whole(scheduler.nowMs(), untilMs);
    this.#moments = [at(), at(), at(), at()].sort((left, right) => left - right) as [number, number, number, number];
  }

  /** The store as one invocation, whose version is drawn here, sees it. */
  rowsOf(rows: Rows): Rows {
    if (!this.#isNewer()) return rows;
    const read = (row: RowOf) => ({
      ...row,
      columns: withRecord(row.columns, (json) =>
        isOfForm1(json) ? json : JSON.stringify(olderForm(JSON.parse(json))),
      ),
    });
    return {
      get: async (table, key) => {
        const row = await rows.get(table, key);
        return row && read(row);
      },
      put: (table, key, columns, condition) =>
        rows.put(
          table,
          key,
          withRecord(columns, (json) => this.#newerForm(json)),
          condition,
        ),
      update: (table, key, columns, condition) => rows.update(table, key, columns, condition),
      delete: (table, key, condition) => rows.delete(table, key, condition),
      range: async (table, from, to, options) => (await rows.range(table, from, to, options)).map(read),
    };
  }

  /** The record in a row, whichever version wrote it. The older one must not have taken anything from it. */
  parse(json: string): RestoreRecord {
    const row = JSON.parse(json) as NewerRow & RestoreRecord;
    const before = this.#newest.get(row.restoreId);
    if (before && row.schemaVersion < before.schemaVersion)
      throw this.#broken("versions-kept", `${row.restoreId} was written back in its older form`);
    if (before && (row.newerSaves ?? 0) < (before.newerSaves ?? 0))
      throw this.#broken("versions-kept", `${row.restoreId} lost the field that only the newer version knows`);
    this.#newest.set(row.restoreId, row);
    return olderForm(row);
  }

  #isNewer(): boolean {
    const nowMs = this.#scheduler.nowMs();
    const [fromMs, backMs, againMs, completeMs] = this.#moments;
    if (nowMs < fromMs || (nowMs >= backMs && nowMs < againMs)) return false;
    return nowMs >= completeMs || this.#chance.happens(0.5);
  }

  #newerForm(json: string): string {
    const row = JSON.parse(json) as NewerRow & RestoreRecord;
    if (this.#change === "field") return JSON.stringify({ ...row, newerSaves: (row.newerSaves ?? 0) + 1 });
    const { timeline, ...rest } = row;
    return JSON.stringify({ ...rest, schemaVersion: 2, history: timeline });
  }
}

/** What the older version understands of a row of either. */
function olderForm(row: NewerRow & RestoreRecord): RestoreRecord {
  if (row.schemaVersion === 1) return row;
  const { history, ...rest } = row;
  return { ...rest, schemaVersion: 1, timeline: history as RestoreRecord["timeline"] };
}

/** Without parsing all of it: most rows are. */
function isOfForm1(json: string): boolean {
  return json.includes('"schemaVersion":1');
}

function withRecord(columns: Columns, change: (json: string) => string): Columns {
  const json = columns["record"];
  return typeof json === "string" ? { ...columns, record: change(json) } : columns;
}
