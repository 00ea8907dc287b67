import type { Row } from "../../data/database";
import type { SqlValue } from "../../data/sql-value";
import type { Condition } from "../syntax/expression";
import { equalityKey } from "../values/comparison";
import type { Compiled, Frame } from "./compiled";
import { comparable } from "./condition-compiler";
import { compileExpression } from "./expression-compiler";
import type { Scope } from "./scope";
import { conjuncts, sourcesUsed } from "./source-use";

/**
 * Rows of a subquery over one stored table whose WHERE contains `column = something from outside`: an index made once instead of a
 * scan for each row outside. The whole WHERE is still tested afterwards. Undefined where that does not apply.
 */
export function lookup(
  scope: Scope,
  where: Condition | undefined,
): ((outer: Frame | undefined) => Iterable<readonly Row[]>) | undefined {
  const [source, second] = scope.sources;
  if (!scope.parent || !source?.stored || second) return undefined;
  for (const condition of conjuncts(where)) {
    if (condition.kind !== "compare" || condition.operator !== "=") continue;
    const uses = [sourcesUsed(condition.left, scope), sourcesUsed(condition.right, scope)];
    const inner = uses.findIndex((used) => used?.size === 1);
    const outer = uses.findIndex((used) => used?.size === 0);
    if (inner < 0 || outer < 0) continue;
    const compiled = [compileExpression(condition.left, scope), compileExpression(condition.right, scope)] as const;
    if (compiled.some((side) => side.isNull)) continue;
    const sides = comparable(compiled[0], compiled[1], scope, "equal to");
    const pair = [sides.left, sides.right] as const;
    return indexed(source.rows, pair[inner]!, pair[outer]!, equalityKey(sides.type, sides.collation));
  }
  return undefined;
}

function indexed(
  rows: (outer: Frame | undefined) => Iterable<Row>,
  inner: Compiled,
  outside: Compiled,
  key: (value: SqlValue) => string,
) {
  let index: Map<string, Row[][]> | undefined;
  const build = (outer: Frame | undefined) => {
    const made = new Map<string, Row[][]>();
    for (const row of rows(outer)) {
      const value = inner.evaluate({ rows: [row], groups: [], windows: [], outer });
      if (value === null) continue;
      const text = key(value);
      const found = made.get(text);
      if (found) found.push([row]);
      else made.set(text, [[row]]);
    }
    return made;
  };
  return (outer: Frame | undefined): Row[][] => {
    index ??= build(outer);
    const wanted = outside.evaluate({ rows: [], groups: [], windows: [], outer });
    return wanted === null ? [] : (index.get(key(wanted)) ?? []);
  };
}
