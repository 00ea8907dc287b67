import type { Database, Row, Table } from "../../data/database";
import { SqlError } from "../../data/sql-error";
import type { Expression } from "../syntax/expression";
import type { CommonTable } from "../syntax/query";
import type { Frame, ResultColumn } from "./compiled";
import type { Grouping } from "./grouping";
import type { Session, Variables } from "./session";
import type { WindowCollector } from "./window";

/** One entry of a FROM clause. */
export interface Source {
  /** The alias, or the name parts of a table without one: a column's qualifier must be their end. */
  readonly names: readonly string[];
  readonly columns: readonly ResultColumn[];
  rows(outer: Frame | undefined): Iterable<Row>;
  /** Set for a stored table read as it is: its rows may be read in the order of a key. */
  readonly stored?: { readonly database: Database; readonly table: Table };
}

export interface ResolvedColumn {
  readonly scope: Scope;
  /** How many queries further out. */
  readonly depth: number;
  readonly source: number;
  readonly column: number;
  readonly definition: ResultColumn;
}

/** Common table expressions by lower-case name, with those that each of them sees. */
export type CommonTables = ReadonlyMap<
  string,
  { readonly table: CommonTable; readonly visible: CommonTables } | "recursive"
>;

/** Names that expressions of one query can see. */
export class Scope {
  grouping: Grouping | undefined;
  windows: WindowCollector | undefined;
  #dependence = { correlated: false };

  constructor(
    readonly session: Session,
    readonly variables: Variables,
    readonly sources: readonly Source[] = [],
    readonly parent: Scope | undefined = undefined,
    readonly common: CommonTables = new Map(),
    /** Where `sources` begin within the rows of a frame. */
    readonly firstSource = 0,
  ) {}

  /** Was a column of a query around used? Then the result differs from row to row of that one. */
  get correlated(): boolean {
    return this.#dependence.correlated;
  }

  /** The same sources, seen before grouping: where the arguments of aggregates live. */
  ungrouped(): Scope {
    return this.over(this.sources, this.firstSource);
  }

  /** The same place in the statement, with these sources in view. */
  over(sources: readonly Source[], firstSource = 0): Scope {
    const scope = new Scope(this.session, this.variables, sources, this.parent, this.common, firstSource);
    scope.#dependence = this.#dependence;
    return scope;
  }

  /** Something inside, such as a derived table, used a column of a query around. */
  markCorrelated(): void {
    this.#dependence.correlated = true;
  }

  /** @throws SqlError 207, 209 or 4104 when the name is unknown or not unique */
  resolve(path: readonly string[]): ResolvedColumn {
    const found = this.find(path);
    if (found) {
      let scope: Scope = this;
      for (let depth = found.depth; depth > 0; depth--, scope = scope.parent!) scope.#dependence.correlated = true;
      return found;
    }
    if (path.length === 1) throw new SqlError(207, `Invalid column name '${path[0]}'.`);
    throw new SqlError(4104, `The multi-part identifier "${path.join(".")}" could not be bound.`);
  }

  find(path: readonly string[]): ResolvedColumn | undefined {
    let depth = 0;
    for (let scope: Scope | undefined = this; scope; scope = scope.parent, depth++) {
      const local = scope.#findLocal(path);
      if (local) return { ...local, scope, depth };
    }
    return undefined;
  }

  #findLocal(path: readonly string[]): { source: number; column: number; definition: ResultColumn } | undefined {
    const { fold } = this.session.collation;
    const name = fold(path.at(-1)!);
    const qualifier = path.slice(0, -1);
    let found: { source: number; column: number; definition: ResultColumn } | undefined;
    for (const [sourceIndex, source] of this.sources.entries()) {
      if (!matches(source.names, qualifier, fold)) continue;
      for (const [columnIndex, column] of source.columns.entries()) {
        if (fold(column.name) !== name) continue;
        if (found) throw new SqlError(209, `Ambiguous column name '${path.at(-1)}'.`);
        found = { source: this.firstSource + sourceIndex, column: columnIndex, definition: column };
      }
    }
    return found;
  }
}

/** Is `qualifier` the end of the source's names? `dbo.Orders` and `Orders` both name `[shop].[dbo].[Orders]`. */
export function matches(
  names: readonly string[],
  qualifier: readonly string[],
  fold: (name: string) => string,
): boolean {
  if (qualifier.length === 0) return true;
  const tail = names.slice(-qualifier.length);
  return tail.length === qualifier.length && qualifier.every((part, index) => fold(part) === fold(tail[index]!));
}

/** A text that is equal for expressions that mean the same in `scope`, whatever their spelling. */
export function expressionKey(expression: Expression, scope: Scope): string {
  return JSON.stringify(expression, (_, value: unknown) => {
    if (typeof value === "bigint") return `${value}n`;
    if (!isColumn(value)) return value;
    const found = scope.find(value.path);
    return found
      ? `column ${found.depth}.${found.source}.${found.column}`
      : value.path.map((part) => part.toLowerCase());
  });
}

function isColumn(value: unknown): value is { kind: "column"; path: string[] } {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "column" && "path" in value;
}
