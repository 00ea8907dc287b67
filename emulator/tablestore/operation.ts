import { decodeMessage, encodeMessage } from "./protocol";
import type { TablestoreService } from "./tablestore-service";

/** One operation on the wire: request bytes in, response bytes out. @throws ServiceError */
export type Operation = (service: TablestoreService, body: Buffer) => Buffer;

/** Messages are named for their operation: `PutRow` reads a PutRowRequest and answers a PutRowResponse. */
export function operation<Request>(
  name: string,
  run: (service: TablestoreService, request: Request) => Record<string, unknown>,
): [string, Operation] {
  return [
    name,
    (service, body) => encodeMessage(`${name}Response`, run(service, decodeMessage<Request>(`${name}Request`, body))),
  ];
}
