import { forDataReaders, holdsValues, withoutValues, withValues } from "../restore/model/row-value";

/** A part of an answer that is row values as a whole: shown to data-readers, named to others. */
export class RowData {
  constructor(readonly value: unknown) {}
}

/** An answer as its reader may see it. */
export interface Disclosed<Answer> {
  readonly answer: Answer;
  /** Row values are in it. */
  readonly showsValues: boolean;
}

/** Goes through everything that would be answered, so that no field is forgotten. */
export function disclose<Answer>(answer: Answer, mayReadData: boolean): Disclosed<Answer> {
  let showsValues = false;
  const seen = (part: unknown): unknown => {
    if (typeof part === "string") {
      showsValues ||= mayReadData && holdsValues(part);
      return mayReadData ? withValues(part) : withoutValues(part);
    }
    if (part instanceof RowData) {
      showsValues ||= mayReadData;
      return mayReadData ? seen(part.value) : forDataReaders;
    }
    if (Array.isArray(part)) return part.map(seen);
    if (part === null || typeof part !== "object") return part;
    return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, seen(value)]));
  };
  const shown = seen(answer) as Answer;
  return { answer: shown, showsValues };
}
