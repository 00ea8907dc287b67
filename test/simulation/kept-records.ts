import type { RestoreRecord } from "../../shared/restore/model/record";

/** What the rows of one world hold of each record, and how the record is had from it again. */
export interface KeptRecords {
  /** Is it what the product stores? */
  readonly isJson: boolean;
  textOf(record: RestoreRecord): string;
  /** @param parse asked if nothing else knows the record */
  recordOf(restoreId: string, text: string, parse: () => RestoreRecord): RestoreRecord;
}

/** JSON, as in the real store; the last text of each restore is parsed only once, because rows are read more often than they change. */
export class JsonRecords implements KeptRecords {
  readonly isJson = true;
  readonly #last = new Map<string, { readonly text: string; readonly record: RestoreRecord }>();

  textOf(record: RestoreRecord): string {
    return JSON.stringify(record);
  }

  recordOf(restoreId: string, text: string, parse: () => RestoreRecord): RestoreRecord {
    const last = this.#last.get(restoreId);
    if (last?.text === text) return last.record;
    const record = parse();
    this.#last.set(restoreId, { text, record });
    return record;
  }
}

/** A name for each record, which is remembered as the object that it was: to write JSON is what a simulation would do most. */
export class NamedRecords implements KeptRecords {
  readonly isJson = false;
  readonly #records = new Map<string, RestoreRecord>();

  textOf(record: RestoreRecord): string {
    const name = `${record.restoreId} ${this.#records.size}`;
    this.#records.set(name, record);
    return name;
  }

  recordOf(_restoreId: string, name: string): RestoreRecord {
    const record = this.#records.get(name);
    if (!record) throw new Error(`no record is called ${name}`);
    return record;
  }
}
