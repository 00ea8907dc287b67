import { connect } from "node:net";
import fc from "fast-check";

/** Writes the pieces one by one, closes the sending side, and answers what came back until the server closed as well. */
export function exchange(port: number, pieces: readonly Uint8Array[]): Promise<Buffer> {
  return new Promise((resolve) => {
    const received: Buffer[] = [];
    const socket = connect({ host: "127.0.0.1", port, noDelay: true }, () => {
      for (const piece of pieces) socket.write(piece);
      socket.end();
    });
    socket.on("data", (chunk) => received.push(chunk));
    // A server that cuts the connection off while bytes are under way resets it.
    socket.on("error", () => socket.destroy());
    socket.on("close", () => resolve(Buffer.concat(received)));
  });
}

/** `bytes` with a few of them changed, cut, repeated or put in. */
export function damaged(bytes: Uint8Array): fc.Arbitrary<Buffer> {
  const change = fc.record({
    at: fc.nat(Math.max(0, bytes.length - 1)),
    how: fc.nat(4),
    by: fc.uint8Array({ maxLength: 9 }),
  });
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) =>
    changes.reduce<Buffer>((whole, { at, how, by }) => {
      const [before, after] = [whole.subarray(0, at), whole.subarray(at)];
      if (how === 0) return Buffer.concat([before, by, after.subarray(by.length)]);
      if (how === 1) return Buffer.concat([before, by, after]);
      if (how === 2) return Buffer.concat([before, after.subarray(1 + by.length)]);
      if (how === 3) return before;
      return Buffer.concat([before, after, after]);
    }, Buffer.from(bytes)),
  );
}
