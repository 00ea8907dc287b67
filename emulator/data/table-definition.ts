import type { SqlType, SqlValue } from "./sql-value";

export interface ColumnDefinition {
  readonly name: string;
  readonly type: SqlType;
  readonly nullable: boolean;
  /** The user's type that it was defined with. */
  readonly userType?: { readonly schema: string; readonly name: string };
  readonly rowGuid?: boolean;
  /** Of a text column that was given one; the others follow the database. */
  readonly collation?: string;
  readonly identity?: { readonly seed: number; readonly increment: number; readonly notForReplication?: boolean };
  /** Computed columns hold no stored value of their own; the expression is T-SQL text. */
  readonly computed?: string;
  /** T-SQL text of the default, without outer parentheses. */
  readonly defaultExpression?: string;
  /** The default as a constraint; absent where it has no name. */
  readonly defaultConstraint?: {
    readonly name: string;
    readonly systemNamed?: boolean;
    /** A new value for a row that gives none. */
    value(): SqlValue;
  };
}

export interface KeyConstraint {
  readonly name: string;
  readonly systemNamed?: boolean;
  readonly columns: readonly string[];
  /** Columns that are sorted downwards. */
  readonly descending?: readonly string[];
  /** Left out: a primary key is clustered, everything else is not. */
  readonly clustered?: boolean;
  /** A disabled index is not enforced. */
  readonly disabled?: boolean;
}

/** A condition on one row: its T-SQL text and the test that the engine made of it. */
export interface RowCondition {
  readonly text: string;
  /** The columns that it reads. */
  readonly columns: readonly string[];
  /** True, false, or null for unknown. */
  holds(valueIn: (column: string) => SqlValue): boolean | null;
}

/** An index that belongs to no constraint. */
export interface IndexDefinition extends KeyConstraint {
  readonly unique: boolean;
  readonly included?: readonly string[];
  /** Only rows that fit belong to the index. */
  readonly filter?: RowCondition;
}

export interface ForeignKey {
  readonly name: string;
  readonly systemNamed?: boolean;
  readonly columns: readonly string[];
  readonly referencedSchema: string;
  readonly referencedTable: string;
  readonly referencedColumns: readonly string[];
  /** Left out: NO ACTION. */
  readonly onDelete?: ReferentialAction;
  readonly onUpdate?: ReferentialAction;
  /** Not enforced. */
  readonly disabled?: boolean;
  /** Rows may break it that came while it was disabled, or before it did. */
  readonly untrusted?: boolean;
}

export type ReferentialAction = "cascade" | "set-null" | "set-default";

export interface CheckConstraint {
  readonly name: string;
  readonly systemNamed?: boolean;
  readonly condition: RowCondition;
  readonly disabled?: boolean;
  readonly untrusted?: boolean;
}

export interface Trigger {
  readonly name: string;
  readonly enabled: boolean;
}

export interface TableDefinition {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly ColumnDefinition[];
  readonly primaryKey?: KeyConstraint;
  readonly uniqueConstraints: readonly KeyConstraint[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly triggers: readonly Trigger[];
  readonly indexes?: readonly IndexDefinition[];
  readonly checks?: readonly CheckConstraint[];
}

/** Every index of a table, those behind constraints first. */
export interface TableIndex extends IndexDefinition {
  readonly kind: "primary-key" | "unique" | "index";
}

/** A key that no two rows may share. */
export type UniqueKey = TableIndex & { readonly unique: true };

export function indexesOf(definition: TableDefinition): TableIndex[] {
  const { primaryKey, uniqueConstraints, indexes = [] } = definition;
  return [
    ...(primaryKey ? [{ ...primaryKey, kind: "primary-key", unique: true } as const] : []),
    ...uniqueConstraints.map((key) => ({ ...key, kind: "unique", unique: true }) as const),
    ...indexes.map((index) => ({ ...index, kind: "index" }) as const),
  ];
}

/** The keys that are enforced. */
export function enforcedKeys(definition: TableDefinition): UniqueKey[] {
  return indexesOf(definition).filter((index): index is UniqueKey => index.unique && !index.disabled);
}

export function isClustered(index: TableIndex): boolean {
  return index.clustered ?? index.kind === "primary-key";
}
