import type { SourceRow } from "./row";
import { rows } from "./rows";

export type { OwnDecision, SourceRow } from "./row";

/** A source of the table. */
export type SourceKind = (typeof rows)[number]["kind"];

/** As requests name them. `auto`: the first source of the table that can make the restore. */
export const askedKinds = ["auto", ...rows.map(({ kind }) => kind)] as ["auto", ...SourceKind[]];

/** The source of a restore, chosen once, when its prerequisites are met. */
export interface SourceChoice {
  readonly kind: SourceKind;
  /** Why it and no other, for people. */
  readonly because: string;
  /** What it costs, as it was when it was chosen. */
  readonly cost: string;
  /** The other sources, each with what stands in its way (null: nothing does) and what it would cost. */
  readonly others: readonly {
    readonly kind: SourceKind;
    readonly obstacle: string | null;
    readonly cost: string;
  }[];
}

/** The rows that a request leaves to choose from, in the table's order. */
export function candidates({
  source,
}: {
  readonly source: { readonly kind: string };
}): readonly SourceRow<SourceKind>[] {
  return source.kind === "auto" ? rows : rows.filter(({ kind }) => kind === source.kind);
}

/** @throws for a restore whose source is not chosen yet, and for a source that is in no row: a bug of ours */
export function sourceOf({ source }: { readonly source: SourceChoice | null }): SourceRow<SourceKind> {
  const row = rows.find(({ kind }) => kind === source?.kind);
  if (!row) throw new Error(`there is no source ${source?.kind ?? "yet"}`);
  return row;
}
