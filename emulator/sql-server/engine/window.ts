import { SqlError } from "../../data/sql-error";
import type { SqlValue } from "../../data/sql-value";
import type { Expression } from "../syntax/expression";
import { notPlayed } from "../syntax/token-cursor";
import { equalityKey } from "../values/comparison";
import { type Aggregate, compileAggregate, isAggregate } from "./aggregate";
import type { Compiled, Frame } from "./compiled";
import { compileExpression } from "./expression-compiler";
import type { Scope } from "./scope";
import { collationFor, rowOrder } from "./sort-key";

type WindowCall = Expression & { kind: "call" };

/** Writes one window function's value into every frame. */
type Computation = (frames: readonly Frame[]) => void;

const rankings = new Set(["ROW_NUMBER", "RANK", "DENSE_RANK"]);

export function isRanking(name: string): boolean {
  return rankings.has(name);
}

/** Window functions of one query: computed for all rows together, after grouping and before the result. */
export class WindowCollector {
  readonly #computations: Computation[] = [];

  constructor(readonly scope: Scope) {}

  get isEmpty(): boolean {
    return this.#computations.length === 0;
  }

  add(call: WindowCall): Compiled {
    const slot = this.#computations.length;
    const over = call.over!;
    const partition = over.partitionBy.map((expression) => compileExpression(expression, this.scope));
    const order = over.orderBy.map((item) => ({
      key: compileExpression(item.expression, this.scope),
      descending: item.descending,
    }));
    if (isRanking(call.name)) {
      if (order.length === 0)
        throw new SqlError(4112, `The function '${call.name}' must have an OVER clause with ORDER BY.`, 15);
      this.#computations.push(this.#ranking(call.name, slot, partition, order));
      return { type: { name: "bigint" }, nullable: true, evaluate: (frame) => frame.windows[slot]! };
    }
    if (!isAggregate(call.name)) throw notPlayed(`The window function ${call.name}`);
    if (order.length > 0) throw notPlayed("A running aggregate (OVER with ORDER BY)");
    const operand = call.star ? undefined : compileExpression(call.arguments[0]!, this.scope);
    const aggregate = compileAggregate(call.name, operand, call.distinct, this.scope.session);
    this.#computations.push(this.#overall(aggregate, slot, partition));
    return { ...aggregate, evaluate: (frame) => frame.windows[slot]! };
  }

  compute(frames: readonly Frame[]): void {
    for (const computation of this.#computations) computation(frames);
  }

  #partitions(frames: readonly Frame[], partition: readonly Compiled[]): Frame[][] {
    const keyTexts = partition.map((key) => equalityKey(key.type, collationFor(key, this.scope.session)));
    const partitions = new Map<string, Frame[]>();
    for (const frame of frames) {
      const text = partition.map((key, index) => keyTexts[index]!(key.evaluate(frame))).join("\u0000");
      const list = partitions.get(text);
      if (list) list.push(frame);
      else partitions.set(text, [frame]);
    }
    return [...partitions.values()];
  }

  #ranking(
    name: string,
    slot: number,
    partition: readonly Compiled[],
    order: readonly { readonly key: Compiled; readonly descending: boolean }[],
  ): Computation {
    const { key: sortKey, compare } = rowOrder(
      order.map(({ key, descending }) => ({ ...key, descending })),
      this.scope.session,
    );
    return (frames) => {
      for (const members of this.#partitions(frames, partition)) {
        const sorted = members
          .map((frame) => ({ frame, keys: sortKey(order.map(({ key }) => key.evaluate(frame))) }))
          .sort((left, right) => compare(left.keys, right.keys));
        let rank = 0;
        let dense = 0;
        let before: SqlValue[] | undefined;
        for (const [index, { frame, keys }] of sorted.entries()) {
          if (before === undefined || compare(before, keys) !== 0) {
            rank = index + 1;
            dense++;
          }
          before = keys;
          frame.windows[slot] = BigInt(name === "ROW_NUMBER" ? index + 1 : name === "RANK" ? rank : dense);
        }
      }
    };
  }

  #overall(aggregate: Aggregate, slot: number, partition: readonly Compiled[]): Computation {
    return (frames) => {
      for (const members of this.#partitions(frames, partition)) {
        const accumulator = aggregate.start();
        for (const frame of members) accumulator.add(frame);
        const value = accumulator.result();
        for (const frame of members) frame.windows[slot] = value;
      }
    };
  }
}
