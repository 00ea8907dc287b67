import type { ReferentialAction } from "../../data/table-definition";
import { conditionText } from "./condition-parser";
import { expressionText } from "./definition-parser";
import type { ColumnSyntax, ConstraintSyntax, KeyColumns } from "./table-syntax";
import { notPlayed, type TokenCursor } from "./token-cursor";
import { parseDeclaredType } from "./type-parser";

/** One entry of a table definition: a column with the constraints written behind it, or a constraint of the table. */
export interface TableElement {
  readonly columns: readonly ColumnSyntax[];
  readonly constraints: readonly ConstraintSyntax[];
}

export function parseTableElement(cursor: TokenCursor): TableElement {
  if (cursor.isWord("PERIOD") && cursor.isWordAt(1, "FOR")) throw notPlayed("PERIOD FOR SYSTEM_TIME");
  if (!cursor.isWord("CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "DEFAULT", "INDEX"))
    return parseColumn(cursor);
  const name = cursor.takeWords("CONSTRAINT") ? cursor.name() : undefined;
  return { columns: [], constraints: [parseTableConstraint(cursor, name)] };
}

function parseTableConstraint(cursor: TokenCursor, name: string | undefined): ConstraintSyntax {
  const key = takeKeyWords(cursor);
  if (key) return { ...key, name, ...keyColumns(cursor) };
  if (cursor.takeWords("CHECK")) return parseCheck(cursor, name);
  if (cursor.takeWords("DEFAULT")) return parseDefault(cursor, name);
  if (!cursor.takeWords("FOREIGN", "KEY")) throw notPlayed(`The constraint ${cursor.current.text.toUpperCase()}`);
  const columns = cursor.parenthesized(() => cursor.name());
  return { kind: "foreign-key", name, columns, ...parseReferences(cursor) };
}

function parseCheck(cursor: TokenCursor, name: string | undefined): ConstraintSyntax {
  takeReplication(cursor);
  cursor.expectSymbol("(");
  const check = conditionText(cursor);
  cursor.expectSymbol(")");
  return { kind: "check", name, check };
}

/** `DEFAULT 0 FOR column`, as ALTER TABLE ... ADD takes it. */
function parseDefault(cursor: TokenCursor, name: string | undefined): ConstraintSyntax {
  const expression = expressionText(cursor);
  cursor.expectWord("FOR");
  const column = cursor.name();
  cursor.takeWords("WITH", "VALUES");
  return { kind: "default", name, column, expression };
}

function takeReplication(cursor: TokenCursor): void {
  if (cursor.takeWords("NOT", "FOR", "REPLICATION")) throw notPlayed("NOT FOR REPLICATION");
}

function takeKeyWords(
  cursor: TokenCursor,
): { kind: "primary-key" | "unique"; clustered: boolean | undefined } | undefined {
  const kind = cursor.takeWords("PRIMARY", "KEY") ? "primary-key" : cursor.takeWords("UNIQUE") ? "unique" : undefined;
  const clustered = kind && takeClustered(cursor);
  if (kind && cursor.isWord("HASH")) throw notPlayed("A hash index");
  return kind && { kind, clustered };
}

/** CLUSTERED or NONCLUSTERED, if either is written. */
export function takeClustered(cursor: TokenCursor): boolean | undefined {
  if (cursor.takeWords("CLUSTERED")) return true;
  return cursor.takeWords("NONCLUSTERED") ? false : undefined;
}

function keyColumns(cursor: TokenCursor): KeyColumns {
  const columns = sortedColumns(cursor);
  takeIndexOptions(cursor);
  return columns;
}

/** `(a, b DESC)`. */
export function sortedColumns(cursor: TokenCursor): KeyColumns {
  const columns = cursor.parenthesized(() => {
    const name = cursor.name();
    const descending = !cursor.takeWords("ASC") && cursor.takeWords("DESC");
    return { name, descending };
  });
  return {
    columns: columns.map(({ name }) => name),
    descending: columns.filter(({ descending }) => descending).map(({ name }) => name),
  };
}

/** WITH (PAD_INDEX = OFF, …) and ON [PRIMARY]: how keys are stored. */
export function takeIndexOptions(cursor: TokenCursor): void {
  if (cursor.isWord("WITH") && cursor.isWordAt(1, "FILLFACTOR") && cursor.ahead(2).text === "=") {
    cursor.expectWord("WITH", "FILLFACTOR");
    cursor.expectSymbol("=");
    cursor.wholeNumber();
  } else if (cursor.isWord("WITH") && cursor.ahead(1).text === "(") {
    cursor.next();
    cursor.parenthesized(() => {
      if (cursor.isWord("DATA_COMPRESSION")) throw notPlayed("DATA_COMPRESSION");
      cursor.next();
      cursor.expectSymbol("=");
      return cursor.next();
    });
  }
  takePlace(cursor);
}

/** `ON [PRIMARY]`: the filegroup. */
export function takePlace(cursor: TokenCursor): void {
  if (!cursor.takeWords("ON")) return;
  cursor.name();
  if (cursor.isSymbol("(")) throw notPlayed("A partition scheme");
}

function parseReferences(cursor: TokenCursor) {
  cursor.expectWord("REFERENCES");
  const referenced = cursor.path();
  const referencedColumns = cursor.isSymbol("(") ? cursor.parenthesized(() => cursor.name()) : [];
  let onDelete: ReferentialAction | undefined;
  let onUpdate: ReferentialAction | undefined;
  while (cursor.isWord("ON") && cursor.isWordAt(1, "DELETE", "UPDATE")) {
    cursor.expectWord("ON");
    const event = cursor.next().text.toUpperCase();
    const action = parseAction(cursor);
    if (event === "DELETE") onDelete = action;
    else onUpdate = action;
  }
  takeReplication(cursor);
  return { referenced, referencedColumns, onDelete, onUpdate };
}

function parseAction(cursor: TokenCursor): ReferentialAction | undefined {
  if (cursor.takeWords("CASCADE")) return "cascade";
  if (cursor.takeWords("SET", "NULL")) return "set-null";
  if (cursor.takeWords("SET", "DEFAULT")) return "set-default";
  cursor.expectWord("NO", "ACTION");
  return undefined;
}

const plainColumn: Omit<ColumnSyntax, "name"> = {
  type: undefined,
  computed: undefined,
  nullable: undefined,
  collation: undefined,
  rowGuid: false,
  identity: undefined,
  defaultExpression: undefined,
  defaultName: undefined,
};

function parseColumn(cursor: TokenCursor): TableElement {
  const name = cursor.name();
  if (cursor.takeWords("AS")) {
    const computed = expressionText(cursor);
    const required = cursor.takeWords("PERSISTED") && cursor.takeWords("NOT", "NULL");
    return {
      columns: [{ ...plainColumn, name, computed, nullable: required ? false : undefined }],
      constraints: [],
    };
  }
  return parseColumnOptions(cursor, { ...plainColumn, name, type: parseDeclaredType(cursor) });
}

/** Behind ALTER COLUMN: `name type [COLLATE collation] [NULL | NOT NULL]`. */
export function parseAlteredColumn(cursor: TokenCursor): ColumnSyntax {
  const name = cursor.name();
  if (cursor.isWord("ADD", "DROP")) throw notPlayed(`ALTER COLUMN ... ${cursor.current.text.toUpperCase()}`);
  const type = parseDeclaredType(cursor);
  const collation = cursor.takeWords("COLLATE") ? cursor.next().text : undefined;
  const nullable = cursor.takeWords("NULL") ? true : cursor.takeWords("NOT", "NULL") ? false : undefined;
  if (cursor.isWord("SPARSE", "MASKED", "ENCRYPTED"))
    throw notPlayed(`ALTER COLUMN ... ${cursor.current.text.toUpperCase()}`);
  return { ...plainColumn, name, type, collation, nullable };
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function parseColumnOptions(cursor: TokenCursor, start: ColumnSyntax): TableElement {
  const column: Mutable<ColumnSyntax> = { ...start };
  const constraints: ConstraintSyntax[] = [];
  for (;;) {
    const constraintName = cursor.takeWords("CONSTRAINT") ? cursor.name() : undefined;
    const key = takeKeyWords(cursor);
    if (key) {
      // The comma before a table constraint may be left out: `Id int PRIMARY KEY (Id)`.
      const columns = cursor.isSymbol("(") ? keyColumns(cursor) : { columns: [column.name], descending: [] };
      constraints.push({ ...key, name: constraintName, ...columns });
      takeIndexOptions(cursor);
    } else if (cursor.takeWords("NOT", "NULL")) column.nullable = false;
    else if (cursor.takeWords("NULL")) column.nullable = true;
    else if (cursor.takeWords("ROWGUIDCOL")) column.rowGuid = true;
    else if (cursor.takeWords("COLLATE")) column.collation = cursor.next().text;
    else if (cursor.takeWords("DEFAULT")) {
      column.defaultExpression = expressionText(cursor);
      column.defaultName = constraintName;
      cursor.takeWords("WITH", "VALUES");
    } else if (cursor.takeWords("IDENTITY")) column.identity = parseIdentity(cursor);
    // Nothing is replicated here, and the catalog says so of every database.
    else if (column.identity && cursor.takeWords("NOT", "FOR", "REPLICATION"))
      column.identity = { ...column.identity, notForReplication: true };
    else if (cursor.isWord("REFERENCES") || cursor.takeWords("FOREIGN", "KEY"))
      constraints.push({
        kind: "foreign-key",
        name: constraintName,
        columns: [column.name],
        ...parseReferences(cursor),
      });
    else if (cursor.takeWords("CHECK")) constraints.push(parseCheck(cursor, constraintName));
    else if (cursor.isWord("SPARSE", "GENERATED", "MASKED", "ENCRYPTED", "FILESTREAM", "COLUMN_SET", "HIDDEN", "INDEX"))
      throw notPlayed(`The column option ${cursor.current.text.toUpperCase()}`);
    else return { columns: [column], constraints };
  }
}

function parseIdentity(cursor: TokenCursor): { seed: number; increment: number } {
  const numbers = cursor.isSymbol("(") ? cursor.parenthesized(() => cursor.wholeNumber()) : [];
  return { seed: numbers[0] ?? 1, increment: numbers[1] ?? 1 };
}
