import type { IncomingMessage } from "node:http";

/** The connection to the client broke: no bug, and no client waits for the answer. */
export class HangUp extends Error {
  override readonly name = "HangUp";
}

/**
 * The whole body. One that is longer is read to its end and thrown away, so that the client sees the refusal and not a broken
 * connection.
 * @param bytesMax the longest body that is taken
 * @returns undefined when it is longer
 * @throws HangUp
 */
export async function readBody(incoming: IncomingMessage, bytesMax: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes <= bytesMax) chunks.push(chunk);
      else chunks.length = 0;
    }
  } catch (error) {
    if (incoming.complete) throw error;
    throw new HangUp("the client went away in the middle of its request");
  }
  return bytes <= bytesMax ? Buffer.concat(chunks) : undefined;
}
