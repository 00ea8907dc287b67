import type { SourceRow } from "./row";
import { rows } from "./rows";

export type { SourceRow } from "./row";

type Kind = (typeof rows)[number]["kind"];
export type SourceKind = "auto" | Kind;

/** As requests name them. `auto`: the first source of the table. */
export const sourceKinds = ["auto", ...rows.map(({ kind }) => kind)] as [SourceKind, ...SourceKind[]];

/** @throws for a source that is in no row: requests with one are refused, so that it is a bug of ours */
export function sourceOf({ source }: { readonly source: { readonly kind: SourceKind } }): SourceRow {
  const row = source.kind === "auto" ? rows[0] : rows.find(({ kind }) => kind === source.kind);
  if (!row) throw new Error(`there is no source ${source.kind}`);
  return row;
}
