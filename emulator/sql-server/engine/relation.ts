import type { Row } from "../../data/database";
import type { Condition } from "../syntax/expression";
import type { JoinType, TableSource } from "../syntax/query";
import { equalityKey } from "../values/comparison";
import type { Compiled, Frame, Test } from "./compiled";
import { comparable, compileCondition } from "./condition-compiler";
import { compileExpression } from "./expression-compiler";
import { narrow } from "./narrowing";
import type { Scope, Source } from "./scope";
import { conjuncts, type SourceUse, sourcesUsed } from "./source-use";
import type { Work } from "./work";

/** One row for each source of the FROM clause; undefined where an outer join found none. */
export type JoinedRow = readonly (Row | undefined)[];

/** A FROM clause made ready. */
export interface Relation {
  readonly sources: readonly Source[];
  rows(outer: Frame | undefined): Iterable<JoinedRow>;
}

/** A part of the clause: the sources from `start` up to, not including, `end`. */
interface Part {
  readonly start: number;
  readonly end: number;
  /** The rows of a stored table, which no query around changes. */
  readonly fixed: boolean;
  rows(outer: Frame | undefined): Iterable<JoinedRow>;
}

/**
 * @param around a scope without sources: its parent, variables and common tables are those of the query
 * @param where hints for joins that have no condition of their own
 * @param makeSource turns a table or derived table into rows; for the right side of an APPLY it is told the sources that it sees
 */
export function compileFrom(
  from: readonly TableSource[],
  around: Scope,
  where: Condition | undefined,
  makeSource: (source: Exclude<TableSource, { kind: "join" }>, seen?: Scope) => Source,
): Relation {
  const sources: Source[] = [];
  const collect = (source: TableSource, mayLack: boolean, seen?: Scope): void => {
    if (source.kind !== "join") {
      const made = makeSource(source, seen);
      sources.push(
        mayLack ? { ...made, columns: made.columns.map((column) => ({ ...column, nullable: true })) } : made,
      );
      return;
    }
    const { type } = source;
    const start = sources.length;
    collect(source.left, mayLack || type === "right" || type === "full", seen);
    const lacks = mayLack || type === "left" || type === "full" || type === "outer-apply";
    collect(source.right, lacks, isApply(type) ? around.over(sources.slice(start), start) : seen);
  };
  for (const source of from) collect(source, false);
  const scope = around.over(sources);
  const narrowed = sources.map((source, index) => narrow(source, index, scope, where));
  const joiner = new Joiner(narrowed, scope, conjuncts(where));
  const parts = from.map((source) => joiner.part(source));
  if (parts.length === 0) return { sources, rows: () => [[]] };
  const whole = parts.reduce((left, right) => joiner.join("cross", left, right, undefined));
  return { sources, rows: (outer) => whole.rows(outer) };
}

function isApply(type: JoinType): boolean {
  return type === "cross-apply" || type === "outer-apply";
}

class Joiner {
  #next = 0;
  readonly #width: number;

  constructor(
    readonly sources: readonly Source[],
    readonly all: Scope,
    readonly where: readonly Condition[],
  ) {
    this.#width = sources.length;
  }

  part(source: TableSource): Part {
    if (source.kind === "join") {
      const left = this.part(source.left);
      return this.join(source.type, left, this.part(source.right), source.on);
    }
    const index = this.#next++;
    const read = this.sources[index]!;
    const width = this.#width;
    const { work } = this.all.session;
    function* rows(outer: Frame | undefined): Generator<JoinedRow> {
      for (const row of read.rows(outer)) {
        work.row();
        if (width === 1) yield [row];
        else {
          const joined = new Array<Row | undefined>(width).fill(undefined);
          joined[index] = row;
          yield joined;
        }
      }
    }
    return { start: index, end: index + 1, rows, fixed: read.stored !== undefined };
  }

  join(type: JoinType, left: Part, right: Part, on: Condition | undefined): Part {
    const scope = this.#scope(left.start, right.end);
    if (isApply(type)) {
      const { work } = scope.session;
      const rows = (outer: Frame | undefined) => applyRows(type, left, right, work, outer);
      return { start: left.start, end: right.end, rows, fixed: false };
    }
    const test = on ? compileCondition(on, scope) : undefined;
    const hints = on ? conjuncts(on) : this.where;
    const keys = hints.flatMap((hint) => hashKey(hint, on ? scope : this.all, left, right) ?? []);
    const rightSide = hashedSide(right, keys);
    return {
      start: left.start,
      end: right.end,
      rows: (outer) => joinRows(type, left, right, { test, keys, work: scope.session.work }, rightSide, outer),
      fixed: false,
    };
  }

  #scope(start: number, end: number): Scope {
    return this.all.over(this.sources.slice(start, end), start);
  }
}

interface HashKey {
  readonly left: (frame: Frame) => string | undefined;
  readonly right: (frame: Frame) => string | undefined;
}

/** `left.x = right.y` as keys of a hash join; undefined for any other condition. */
function hashKey(condition: Condition, scope: Scope, left: Part, right: Part): HashKey | undefined {
  if (condition.kind !== "compare" || condition.operator !== "=") return undefined;
  const lies = (part: Part, use: SourceUse | undefined) =>
    use !== undefined &&
    !use.outer &&
    use.own.size > 0 &&
    [...use.own].every((source) => source >= part.start && source < part.end);
  const [first, second] = [sourcesUsed(condition.left, scope), sourcesUsed(condition.right, scope)];
  const straight = lies(left, first) && lies(right, second);
  if (!straight && !(lies(right, first) && lies(left, second))) return undefined;
  const sides = comparable(
    compileExpression(condition.left, scope),
    compileExpression(condition.right, scope),
    scope,
    "equal to",
  );
  const key = equalityKey(sides.type, sides.collation);
  const reader = (side: Compiled) => (frame: Frame) => {
    const value = side.evaluate(frame);
    return value === null ? undefined : key(value);
  };
  return straight
    ? { left: reader(sides.left), right: reader(sides.right) }
    : { left: reader(sides.right), right: reader(sides.left) };
}

/** NULL keys join nothing. */
function joinedKey(keys: readonly HashKey[], side: "left" | "right", frame: Frame): string | undefined {
  let text = "";
  for (const key of keys) {
    const part = key[side](frame);
    if (part === undefined) return undefined;
    text += `${part}\u0000`;
  }
  return text;
}

const frameOf = (rows: JoinedRow, outer: Frame | undefined): Frame => ({ rows, groups: [], windows: [], outer });

interface HashedSide {
  readonly rows: readonly JoinedRow[];
  /** Positions in `rows` by key; undefined for a join without one. */
  readonly buckets: ReadonlyMap<string, readonly number[]> | undefined;
}

/** The right side of a join; that of a stored table is read and hashed once per statement. */
function hashedSide(part: Part, keys: readonly HashKey[]): (outer: Frame | undefined) => HashedSide {
  const read = (outer: Frame | undefined): HashedSide => {
    const rows = [...part.rows(outer)];
    return { rows, buckets: keys.length > 0 ? bucketsOf(rows, keys, outer) : undefined };
  };
  let known: HashedSide | undefined;
  return (outer) => {
    if (!part.fixed) return read(outer);
    known ??= read(outer);
    return known;
  };
}

function bucketsOf(
  rows: readonly JoinedRow[],
  keys: readonly HashKey[],
  outer: Frame | undefined,
): Map<string, number[]> {
  const buckets = new Map<string, number[]>();
  for (const [index, row] of rows.entries()) {
    const key = joinedKey(keys, "right", frameOf(row, outer));
    if (key === undefined) continue;
    const bucket = buckets.get(key);
    if (bucket) bucket.push(index);
    else buckets.set(key, [index]);
  }
  return buckets;
}

interface JoinCondition {
  readonly test: Test | undefined;
  readonly keys: readonly HashKey[];
  /** Counts the pairs that are tried. */
  readonly work: Work;
}

function* joinRows(
  type: JoinType,
  left: Part,
  right: Part,
  { test, keys, work }: JoinCondition,
  rightSide: (outer: Frame | undefined) => HashedSide,
  outer: Frame | undefined,
): Generator<JoinedRow> {
  const { rows: rights, buckets } = rightSide(outer);
  const matched = new Set<number>();
  const everything = buckets ? [] : rights.map((_, index) => index);
  for (const leftRow of left.rows(outer)) {
    let found = false;
    const key = buckets && joinedKey(keys, "left", frameOf(leftRow, outer));
    const candidates = buckets ? (key === undefined ? [] : (buckets.get(key) ?? [])) : everything;
    for (const index of candidates) {
      work.row();
      const row = merged(leftRow, rights[index]!, right);
      if (test && test(frameOf(row, outer)) !== true) continue;
      found = true;
      matched.add(index);
      yield row;
    }
    if (!found && (type === "left" || type === "full")) yield leftRow;
  }
  if (type !== "right" && type !== "full") return;
  for (const [index, row] of rights.entries()) if (!matched.has(index)) yield row;
}

function* applyRows(
  type: JoinType,
  left: Part,
  right: Part,
  work: Work,
  outer: Frame | undefined,
): Generator<JoinedRow> {
  for (const leftRow of left.rows(outer)) {
    let found = false;
    for (const row of right.rows(frameOf(leftRow, outer))) {
      work.row();
      found = true;
      yield merged(leftRow, row, right);
    }
    if (!found && type === "outer-apply") yield leftRow;
  }
}

function merged(left: JoinedRow, right: JoinedRow, part: Part): JoinedRow {
  const row = [...left];
  for (let index = part.start; index < part.end; index++) row[index] = right[index];
  return row;
}
