import { SqlError } from "../../data/sql-error";
import type { SqlValue } from "../../data/sql-value";
import type { Expression } from "../syntax/expression";
import { equalityKey } from "../values/comparison";
import { type Aggregate, compileAggregate } from "./aggregate";
import type { Compiled, Frame } from "./compiled";
import { compileExpression } from "./expression-compiler";
import { expressionKey, type ResolvedColumn, type Scope } from "./scope";
import { collationFor } from "./sort-key";

/** GROUP BY of one query: its keys, and the aggregates that its other clauses ask for, each once. */
export class Grouping {
  readonly #keys: Compiled[];
  readonly #slots = new Map<string, { readonly slot: number; readonly compiled: Omit<Compiled, "evaluate"> }>();
  readonly #aggregates: Aggregate[] = [];
  readonly #rowScope: Scope;

  constructor(
    readonly scope: Scope,
    keys: readonly Expression[],
  ) {
    this.#rowScope = scope.ungrouped();
    this.#keys = keys.map((key) => compileExpression(key, this.#rowScope));
    for (const [slot, key] of keys.entries()) {
      this.#slots.set(expressionKey(key, scope), { slot, compiled: this.#keys[slot]! });
    }
  }

  /** The expression if it is one of the GROUP BY's. */
  key(expression: Expression, scope: Scope): Compiled | undefined {
    if (expression.kind === "literal" || expression.kind === "null" || this.#keys.length === 0) return undefined;
    const found = this.#slots.get(expressionKey(expression, scope));
    return found && { ...found.compiled, evaluate: (frame) => frame.groups[found.slot]! };
  }

  /** A column of this query, used behind the grouping. @throws SqlError 8120 when it is not grouped by */
  column(resolved: ResolvedColumn): number {
    const found = this.#slots.get(JSON.stringify(`column 0.${resolved.source}.${resolved.column}`));
    if (found) return found.slot;
    throw new SqlError(
      8120,
      `Column '${resolved.definition.name}' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.`,
    );
  }

  aggregate(call: Expression & { kind: "call" }): Compiled {
    const name = `aggregate ${expressionKey(call, this.scope)}`;
    const [operand] = call.arguments;
    let found = this.#slots.get(name);
    if (!found) {
      const argument = operand && !call.star ? compileExpression(operand, this.#rowScope) : undefined;
      const aggregate = compileAggregate(call.name, argument, call.distinct, this.scope.session);
      found = { slot: this.#keys.length + this.#aggregates.length, compiled: aggregate };
      this.#aggregates.push(aggregate);
      this.#slots.set(name, found);
    }
    const { slot, compiled } = found;
    return { ...compiled, evaluate: (frame) => frame.groups[slot]! };
  }

  /** One frame per group, in the order of their first rows. Without GROUP BY there is always exactly one. */
  collect(frames: Iterable<Frame>, outer: Frame | undefined): Frame[] {
    const { session } = this.scope;
    const keyTexts = this.#keys.map((key) => equalityKey(key.type, collationFor(key, session)));
    const groups = new Map<string, { values: SqlValue[]; accumulators: ReturnType<Aggregate["start"]>[] }>();
    const start = (values: SqlValue[]) => ({
      values,
      accumulators: this.#aggregates.map((aggregate) => aggregate.start()),
    });
    if (this.#keys.length === 0) groups.set("", start([]));
    for (const frame of frames) {
      const values = this.#keys.map((key) => key.evaluate(frame));
      const text = values.map((value, index) => keyTexts[index]!(value)).join("\u0000");
      const group = groups.get(text) ?? start(values);
      groups.set(text, group);
      for (const accumulator of group.accumulators) accumulator.add(frame);
    }
    return [...groups.values()].map(({ values, accumulators }) => ({
      rows: [],
      groups: [...values, ...accumulators.map((accumulator) => accumulator.result())],
      windows: [],
      outer,
    }));
  }
}
