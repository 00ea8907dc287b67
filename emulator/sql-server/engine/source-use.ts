import type { Condition, Expression } from "../syntax/expression";
import type { Scope } from "./scope";

/** Conditions that must all hold for `condition` to hold. */
export function conjuncts(condition: Condition | undefined): Condition[] {
  if (!condition) return [];
  return condition.kind === "and" ? [...conjuncts(condition.left), ...conjuncts(condition.right)] : [condition];
}

/** Sources of this query that an expression reads; undefined when it contains a query of its own, which may read any. */
export function sourcesUsed(expression: Expression, scope: Scope): Set<number> | undefined {
  const used = new Set<number>();
  const visit = (node: unknown): boolean => {
    if (Array.isArray(node)) return node.every(visit);
    if (typeof node !== "object" || node === null || node instanceof Uint8Array) return true;
    if ("query" in node) return false;
    if ("kind" in node && node.kind === "column") {
      const found = scope.find((node as Expression & { kind: "column" }).path);
      if (found?.depth === 0) used.add(found.source);
      return found !== undefined;
    }
    return Object.values(node).every(visit);
  };
  return visit(expression) ? used : undefined;
}
