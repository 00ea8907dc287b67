import { SqlError } from "../../data/sql-error";
import type { SqlType } from "../../data/sql-value";
import type { UserType } from "../../data/user-type";
import type { NamedType } from "../syntax/type-parser";
import type { Session } from "./session";

/** A type as it was declared: of the system, or one that a user made. */
export interface DeclaredType {
  readonly type: SqlType;
  readonly userType?: UserType;
}

/**
 * The type behind a declaration, in the database in use.
 * @param position which column, parameter or variable it is, from 1 @throws SqlError 2715 for a name that no type has
 */
export function declaredType(written: SqlType | NamedType, position: number, session: Session): DeclaredType {
  if (!("named" in written)) return { type: written };
  const [name = "", schema = "dbo"] = [...written.named].reverse();
  const userType = session.view(session.database).names.type(schema, name);
  if (userType) return { type: userType.type, userType };
  throw new SqlError(
    2715,
    `Column, parameter, or variable #${position}: Cannot find data type ${written.named.join(".")}.`,
    16,
    6,
  );
}
