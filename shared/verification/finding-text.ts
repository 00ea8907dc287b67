import { counted } from "../restore/counted";
import type { RowFinding, TableComparison } from "../restore/model/record";
import { rowValue } from "../restore/model/row-value";

/** What the plan says of rows by their values, one sentence or two each. @param name the table's, for people */
export function tellFindings(name: string, table: TableComparison): string[] {
  const held = tellHeld(name, table);
  const consequence =
    (table.held ?? 0) > 0
      ? [
          `${name}: whether DTS leaves out ${table.held === 1 ? "a row that cannot be added" : "rows that cannot be added"} or fails at the first one is not known, so other rows may be added in part only; either way the restore ends as failed. Change these values on the master first, or ask again for side-by-side.`,
        ]
      : [];
  return [
    ...held,
    ...consequence,
    ...ofKind(table, "taken").map((finding) => tellTaken(name, finding)),
    ...ofKind(table, "left-behind").map(tellLeftBehind),
  ];
}

/** Missing rows that cannot be added, key by key. */
export function tellHeld(name: string, table: TableComparison): string[] {
  return [...tellUnfit(name, table), ...tellHeldValues(name, table)];
}

function tellUnfit(name: string, table: TableComparison): string[] {
  return ofKind(table, "unfit").map(({ about, rows, example, problem }) => {
    const unmeasured = `${name}: whether missing rows fit ${about} was not measured${rows > 0 ? " in full" : ""} (${problem}). A missing row that does not fit cannot be added.`;
    if (rows === 0) return unmeasured;
    const told = `${name}: ${counted(rows, "missing row")} cannot be added, because ${rows === 1 ? "it does" : "they do"} not fit ${about}${showExample(example)}.`;
    return problem === null ? told : `${told} ${unmeasured}`;
  });
}

function tellHeldValues(name: string, table: TableComparison): string[] {
  return ofKind(table, "held").map(({ about, rows, example, problem }) => {
    const unmeasured = `${name}: whether rows of the master hold values of missing rows in ${about} was not measured${rows > 0 ? " in full" : ""} (${problem}). A missing row whose values are held cannot be added.`;
    if (rows === 0) return unmeasured;
    const told = `${name}: ${counted(rows, "missing row")} cannot be added, because other rows of the master hold ${rows === 1 ? "its" : "their"} values in ${about}${showExample(example)}.`;
    return problem === null ? told : `${told} ${unmeasured}`;
  });
}

function tellTaken(name: string, { about, rows, example, problem }: RowFinding): string {
  const unmeasured = `${name}: whether new rows have taken old values of the identity column ${about} was not measured${rows > 0 ? " in full" : ""} (${problem}).`;
  if (rows === 0) return unmeasured;
  const told = `${name}: ${counted(rows, "row")} of the backup ${rows === 1 ? "has an identity value" : "have identity values"} in ${about} that another row seems to have by now: most of the other columns differ${showExample(example)}. ${rows === 1 ? "This row of the backup is" : "These rows of the backup are"} not added.`;
  return problem === null ? told : `${told} ${unmeasured}`;
}

function tellLeftBehind({ about, rows, example, problem }: RowFinding): string {
  const unmeasured = `Whether rows that refer to missing rows are missing too was not measured${rows > 0 ? " in full" : ""}: ${about} (${problem}). Look there, and choose that table too if they are.`;
  if (rows === 0) return unmeasured;
  const told = `${counted(rows, "row")} that ${rows === 1 ? "refers to a missing row is" : "refer to missing rows are"} missing too and ${rows === 1 ? "is" : "are"} not added: ${about}${showExample(example)}. Choose that table too.`;
  return problem === null ? told : `${told} ${unmeasured}`;
}

function ofKind({ findings = [] }: TableComparison, kind: RowFinding["kind"]): RowFinding[] {
  return findings.filter((finding) => finding.kind === kind);
}

function showExample(example: string | null): string {
  return example === null ? "" : ` (for example ${rowValue(example)})`;
}
