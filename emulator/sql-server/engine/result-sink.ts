import type { SqlError } from "../../data/sql-error";
import type { SqlValue } from "../../data/sql-value";
import type { ResultColumn } from "./compiled";

/** What running statements tell the client, in the order in which it happens. */
export interface ResultSink {
  columns(columns: readonly ResultColumn[]): void;
  row(row: readonly SqlValue[]): void;
  /** A statement is through. @param rowCount rows answered or changed; undefined under NOCOUNT and for statements that count none */
  done(rowCount: number | undefined): void;
  error(error: SqlError, line: number): void;
  /** PRINT and other messages that are no errors. */
  message(
    text: string,
    details: { readonly number: number; readonly severity: number; readonly state: number; readonly line: number },
  ): void;
  /** @param quietly without a message, when a text that has used another database ends */
  databaseChanged(name: string, before: string, quietly?: "quietly"): void;
  transaction(event: "began" | "committed" | "rolled-back"): void;
}
