import type { Session } from "./engine/session";
import { bulkInsert } from "./engine/statements/bulk-insert";
import { readBulkRows } from "./tds/bulk-rows";
import { ProtocolError } from "./tds/byte-reader";
import type { Response } from "./tds/response";

/** Inserts the rows of a bulk load message into the table that INSERT BULK has named. @throws ProtocolError when there was none */
export function loadRows(payload: Buffer, session: Session, response: Response): void {
  const { bulk } = session;
  session.bulk = undefined;
  if (!bulk) throw new ProtocolError("bulk rows without INSERT BULK");
  const rows = readBulkRows(payload, response.context.version);
  session.rowCount = bulkInsert(bulk, rows, { session, sink: response, variables: new Map() });
  response.done(session.rowCount);
}
