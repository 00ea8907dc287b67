import type { IncomingMessage } from "node:http";
import { CloudError } from "../core/cloud-error";

/** Limit of a synchronous invocation's body. */
const bodyBytesMax = 32 * 1024 * 1024;

/** @throws CloudError RequestEntityTooLarge 413 */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) throw new CloudError(413, "RequestEntityTooLarge", "The request body is over 32 MB.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
