import type { Condition, Expression } from "../syntax/expression";
import type { Scope } from "./scope";

/** Conditions that must all hold for `condition` to hold. */
export function conjuncts(condition: Condition | undefined): Condition[] {
  if (!condition) return [];
  return condition.kind === "and" ? [...conjuncts(condition.left), ...conjuncts(condition.right)] : [condition];
}

export interface SourceUse {
  /** Sources of this query that the expression reads. */
  readonly own: ReadonlySet<number>;
  /** Does it read a column of a query around? */
  readonly outer: boolean;
}

/** What an expression reads; undefined when it contains a query of its own, which may read anything. */
export function sourcesUsed(expression: Expression, scope: Scope): SourceUse | undefined {
  const own = new Set<number>();
  let outer = false;
  const visit = (node: unknown): boolean => {
    if (Array.isArray(node)) return node.every(visit);
    if (typeof node !== "object" || node === null || node instanceof Uint8Array) return true;
    if ("query" in node) return false;
    if ("kind" in node && node.kind === "column") {
      const found = scope.find((node as Expression & { kind: "column" }).path);
      if (found?.depth === 0) own.add(found.source);
      else outer = true;
      return found !== undefined;
    }
    return Object.values(node).every(visit);
  };
  return visit(expression) ? { own, outer } : undefined;
}

/** Conditions without queries of their own first: the others cost more, and a false one spares them. */
export function cheapestFirst(conditions: readonly Condition[]): Condition[] {
  const costs = (condition: Condition) => (containsQuery(condition) ? 1 : 0);
  return [...conditions].sort((left, right) => costs(left) - costs(right));
}

function containsQuery(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(containsQuery);
  if (typeof node !== "object" || node === null || node instanceof Uint8Array) return false;
  return "query" in node || Object.values(node).some(containsQuery);
}
