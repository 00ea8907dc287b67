import type { SchemaObject } from "../../data/schema-object";
import type { SqlType } from "../../data/sql-value";
import type { InsertBulk } from "./bulk-parser";
import type { AlterDatabase } from "./database-parser";
import type { Condition, Expression } from "./expression";
import type { CreateProcedure } from "./procedure-parser";
import type { CommonTable, Query, SelectItem, TableSource, Top } from "./query";
import type { CreateSchema, CreateType } from "./schema-parser";
import type { AlterIndex, AlterTable, CreateIndex, CreateTable, DropIndex } from "./table-syntax";
import type { NamedType } from "./type-parser";
import type { CreateView } from "./view-parser";

/** One statement; `line` counts from 1 within its batch. */
export type Statement = { readonly line: number } & StatementBody;

export type BodyOf<Kind extends StatementBody["kind"]> = Extract<StatementBody, { readonly kind: Kind }>;

export type StatementBody =
  | { readonly kind: "query"; readonly query: Query }
  | {
      readonly kind: "insert";
      readonly with: readonly CommonTable[];
      readonly target: readonly string[];
      readonly columns: readonly string[] | undefined;
      /** undefined: DEFAULT VALUES. A row's `undefined` is the word DEFAULT. */
      readonly source:
        | Query
        | { readonly kind: "rows"; readonly rows: readonly (readonly (Expression | undefined)[])[] }
        | undefined;
      readonly output: Output | undefined;
    }
  | {
      readonly kind: "update";
      readonly with: readonly CommonTable[];
      readonly target: readonly string[];
      readonly top: Top | undefined;
      readonly assignments: readonly { readonly column: readonly string[]; readonly value: Expression | undefined }[];
      readonly from: readonly TableSource[];
      readonly where: Condition | undefined;
      readonly output: Output | undefined;
    }
  | {
      readonly kind: "delete";
      readonly with: readonly CommonTable[];
      readonly target: readonly string[];
      readonly top: Top | undefined;
      readonly from: readonly TableSource[];
      readonly where: Condition | undefined;
      readonly output: Output | undefined;
    }
  | InsertBulk
  | { readonly kind: "update-statistics"; readonly table: readonly string[] }
  | { readonly kind: "truncate"; readonly table: readonly string[] }
  | CreateTable
  | AlterTable
  | CreateIndex
  | AlterIndex
  | DropIndex
  | { readonly kind: "drop-table"; readonly tables: readonly (readonly string[])[]; readonly ifExists: boolean }
  | CreateView
  | CreateProcedure
  | CreateSchema
  | CreateType
  | { readonly kind: "create-synonym"; readonly synonym: readonly string[]; readonly target: readonly string[] }
  | {
      readonly kind: "drop-objects";
      readonly what: SchemaObject["kind"];
      readonly paths: readonly (readonly string[])[];
      readonly ifExists: boolean;
    }
  | {
      readonly kind: "drop-schema" | "drop-type";
      readonly path: readonly string[];
      readonly ifExists: boolean;
    }
  | AlterDatabase
  | { readonly kind: "checkpoint" }
  | { readonly kind: "create-database"; readonly name: string; readonly collation: string | undefined }
  | { readonly kind: "drop-database"; readonly names: readonly string[]; readonly ifExists: boolean }
  | { readonly kind: "use"; readonly database: string }
  | {
      readonly kind: "declare";
      readonly variables: readonly {
        readonly name: string;
        readonly type: SqlType | NamedType;
        readonly value: Expression | undefined;
      }[];
    }
  | { readonly kind: "set-variable"; readonly name: string; readonly value: Expression }
  | { readonly kind: "set-option"; readonly options: readonly string[]; readonly value: string }
  | {
      readonly kind: "if";
      readonly condition: Condition;
      readonly whenTrue: Statement;
      readonly whenFalse: Statement | undefined;
    }
  | { readonly kind: "while"; readonly condition: Condition; readonly body: Statement }
  | { readonly kind: "block"; readonly statements: readonly Statement[] }
  | { readonly kind: "try"; readonly body: readonly Statement[]; readonly handler: readonly Statement[] }
  | { readonly kind: "break" | "continue" }
  | { readonly kind: "return"; readonly value: Expression | undefined }
  | { readonly kind: "print"; readonly value: Expression }
  | {
      readonly kind: "raiserror";
      readonly message: Expression;
      readonly severity: Expression;
      readonly state: Expression;
      /** For the places in the message. */
      readonly values: readonly Expression[];
    }
  | {
      readonly kind: "throw";
      readonly error:
        | { readonly number: Expression; readonly message: Expression; readonly state: Expression }
        | undefined;
    }
  | { readonly kind: "begin-transaction" | "commit-transaction" | "rollback-transaction" }
  | {
      readonly kind: "execute";
      readonly procedure: readonly string[];
      readonly arguments: readonly ExecuteArgument[];
    }
  | { readonly kind: "execute-text"; readonly text: Expression };

export interface ExecuteArgument {
  readonly name: string | undefined;
  readonly value: Expression;
  readonly output: boolean;
}

/** OUTPUT inserted.x, deleted.y: columns for the client. */
export interface Output {
  readonly items: readonly SelectItem[];
}
