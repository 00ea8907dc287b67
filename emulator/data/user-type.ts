import type { SqlType } from "./sql-value";

/** A type of the user's own: another name for a type of the system, and whether its columns take NULL. */
export interface UserType {
  readonly schema: string;
  readonly name: string;
  readonly type: SqlType;
  readonly nullable: boolean;
}
