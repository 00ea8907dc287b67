import type { Row } from "../../data/database";
import type { SqlValue } from "../../data/sql-value";
import type { Condition } from "../syntax/expression";
import { equalityKey } from "../values/comparison";
import type { Compiled, Frame } from "./compiled";
import { comparable } from "./condition-compiler";
import { compileExpression } from "./expression-compiler";
import type { Scope, Source } from "./scope";
import { conjuncts, sourcesUsed } from "./source-use";

/**
 * Reads a stored table only where WHERE says `column = something that does not come from this FROM clause`: for a subquery by an index that is
 * made once, instead of a scan for each row outside. The whole WHERE is still tested afterwards; under outer joins that is safe as
 * well, because such a condition is never true for a row that was not found.
 */
export function narrow(source: Source, index: number, scope: Scope, where: Condition | undefined): Source {
  if (!source.stored || !scope.parent) return source;
  for (const condition of conjuncts(where)) {
    if (condition.kind !== "compare" || condition.operator !== "=") continue;
    const uses = [sourcesUsed(condition.left, scope), sourcesUsed(condition.right, scope)];
    const inner = uses.findIndex((use) => use?.own.size === 1 && use.own.has(index) && !use.outer);
    const outside = uses.findIndex((use) => use?.own.size === 0);
    if (inner < 0 || outside < 0) continue;
    const compiled = [compileExpression(condition.left, scope), compileExpression(condition.right, scope)] as const;
    if (compiled.some((side) => side.isNull)) continue;
    const sides = comparable(compiled[0], compiled[1], scope, "equal to");
    const pair = [sides.left, sides.right] as const;
    const { stored: _stored, ...rest } = source;
    return {
      ...rest,
      rows: indexed(source, index, pair[inner]!, pair[outside]!, equalityKey(sides.type, sides.collation)),
    };
  }
  return source;
}

function indexed(
  source: Source,
  position: number,
  inner: Compiled,
  outside: Compiled,
  key: (value: SqlValue) => string,
) {
  let index: Map<string, Row[]> | undefined;
  const build = (outer: Frame | undefined) => {
    const made = new Map<string, Row[]>();
    for (const row of source.rows(outer)) {
      const rows = new Array<Row | undefined>(position + 1).fill(undefined);
      rows[position] = row;
      const value = inner.evaluate({ rows, groups: [], windows: [], outer });
      if (value === null) continue;
      const text = key(value);
      const found = made.get(text);
      if (found) found.push(row);
      else made.set(text, [row]);
    }
    return made;
  };
  return (outer: Frame | undefined): Row[] => {
    index ??= build(outer);
    const wanted = outside.evaluate({ rows: [], groups: [], windows: [], outer });
    return wanted === null ? [] : (index.get(key(wanted)) ?? []);
  };
}
