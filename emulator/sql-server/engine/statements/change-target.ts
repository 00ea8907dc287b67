import type { Database, Row, RowId, Table } from "../../../data/database";
import type { Condition } from "../../syntax/expression";
import type { CommonTable, TableSource, Top } from "../../syntax/query";
import { notPlayed } from "../../syntax/token-cursor";
import type { Frame } from "../compiled";
import { compileCondition } from "../condition-compiler";
import { requireRight } from "../permission";
import { rowCount } from "../query-compiler";
import { compileFrom } from "../relation";
import { type CommonTables, matches, Scope } from "../scope";
import type { Session } from "../session";
import { findTable, makeSource, storedRows } from "../table-source";
import type { ChangeContext } from "./changed-rows";

/** The rows of one table that an UPDATE or DELETE is about. */
export interface ChangeTarget {
  readonly database: Database;
  readonly table: Table;
  /** Sees the target and everything that its FROM clause joins to it. */
  readonly scope: Scope;
  /** Each row once, with the first joined row that it was found in. */
  rows(): { readonly id: RowId; readonly row: Row; readonly frame: Frame }[];
}

interface Statement {
  readonly with: readonly CommonTable[];
  readonly target: readonly string[];
  readonly top: Top | undefined;
  readonly from: readonly TableSource[];
  readonly where: Condition | undefined;
}

export function changeTarget(statement: Statement, action: "UPDATE" | "DELETE", context: ChangeContext): ChangeTarget {
  const { session, variables } = context;
  requireTable(statement, session);
  const named = tablesOf(statement.from).find((source) => isTarget(source, statement.target, session));
  const { database, table } = findTable(named?.path ?? statement.target, session);
  requireRight(action, session, database, table.definition);
  const around = new Scope(session, variables, [], undefined, commonTables(statement.with));
  const own: TableSource = named ?? { kind: "table", path: statement.target };
  const from = named ? statement.from : [own, ...statement.from];
  let position = -1;
  let made = 0;
  const relation = compileFrom(from, around, statement.where, (source, seen) => {
    const index = made++;
    const first =
      source.kind === "table" && position < 0 && (source === own || isTarget(source, statement.target, session));
    if (!first) return makeSource(source, around, seen);
    position = index;
    return {
      names: source.alias === undefined ? source.path : [source.alias],
      ...storedRows(session, database, table, true),
    };
  });
  const scope = around.over(relation.sources);
  const where = statement.where && compileCondition(statement.where, scope);
  const limitOf = rowLimit(statement.top, scope);
  return {
    database,
    table,
    scope,
    rows() {
      const { rowLimit: most, formatOnly } = session.settings;
      if (formatOnly) return [];
      const limit = Math.min(limitOf?.() ?? Number.POSITIVE_INFINITY, most || Number.POSITIVE_INFINITY);
      const found = new Map<RowId, { id: RowId; row: Row; frame: Frame }>();
      for (const joined of relation.rows(undefined)) {
        const withId = joined[position];
        const id = withId?.at(-1) as RowId | undefined;
        if (withId === undefined || id === undefined || found.has(id)) continue;
        const frame: Frame = { rows: joined, groups: [], windows: [], outer: undefined };
        if (where && where(frame) !== true) continue;
        if (found.size >= limit) break;
        found.set(id, { id, row: table.rows.get(id)!, frame });
      }
      return [...found.values()];
    },
  };
}

/** Rows can be changed through a common table or a derived one, but not here. @throws SqlError 50501 */
function requireTable({ target, with: common, from }: Statement, { collation: { fold } }: Session): void {
  const [name, ...rest] = target;
  const derived = (sources: readonly TableSource[]): string[] =>
    sources.flatMap((source) =>
      source.kind === "join" ? derived([source.left, source.right]) : source.kind === "derived" ? [source.alias] : [],
    );
  const among = (names: readonly string[]) => rest.length === 0 && names.some((other) => fold(other) === fold(name!));
  if (among(common.map((table) => table.name))) throw notPlayed("A change of a common table expression");
  if (among(derived(from))) throw notPlayed("A change of a derived table");
}

function commonTables(list: readonly CommonTable[]): CommonTables {
  let visible: CommonTables = new Map();
  for (const table of list) visible = new Map([...visible, [table.name.toLowerCase(), { table, visible }]]);
  return visible;
}

function tablesOf(sources: readonly TableSource[]): (TableSource & { kind: "table" })[] {
  return sources.flatMap((source) => {
    if (source.kind === "join") return tablesOf([source.left, source.right]);
    return source.kind === "table" ? [source] : [];
  });
}

/** The target is named by its alias, or by its name. */
function isTarget(
  source: TableSource & { kind: "table" },
  target: readonly string[],
  { collation: { fold } }: Session,
): boolean {
  return source.alias === undefined
    ? matches(source.path, target, fold)
    : target.length === 1 && matches([source.alias], target, fold);
}

function rowLimit(top: Top | undefined, scope: Scope): (() => number) | undefined {
  if (top?.percent) throw notPlayed("TOP PERCENT of a change");
  return top && rowCount(top.count, scope);
}
