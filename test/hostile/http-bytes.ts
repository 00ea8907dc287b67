import fc from "fast-check";
import { anyText } from "./arbitrary";
import { damaged, exchange } from "./raw-socket";

const header = fc.tuple(
  fc.oneof(
    fc.constantFrom(
      "Host",
      "Authorization",
      "Date",
      "x-acs-action",
      "x-acs-version",
      "x-ots-date",
      "Content-Type",
      "Content-Length",
      "Transfer-Encoding",
      "Expect",
    ),
    anyText,
  ),
  anyText,
);

/** Bytes that are HTTP to different degrees. */
function httpBytes(paths: readonly string[]): fc.Arbitrary<Buffer> {
  const whole = fc
    .record({
      method: fc.oneof(fc.constantFrom("GET", "POST", "PUT", "DELETE"), anyText),
      path: fc.oneof(
        fc.constantFrom(...paths),
        anyText.map((text) => `/${text}`),
      ),
      headers: fc.array(header, { maxLength: 6 }),
      body: fc.uint8Array({ maxLength: 200 }),
    })
    .map(({ method, path, headers, body }) =>
      Buffer.concat([
        Buffer.from(`${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n`),
        Buffer.from(headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")),
        Buffer.from(`Content-Length: ${body.length}\r\n\r\n`),
        body,
      ]),
    );
  return fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    whole,
    whole.chain(damaged),
  );
}

/** Feeds a server with them in two pieces; what it answers is HTTP, and no failure of its own. */
export async function feed(port: number, paths: readonly string[]): Promise<void> {
  await fc.assert(
    fc.asyncProperty(httpBytes(paths), async (bytes) => {
      const half = Math.floor(bytes.length / 2);
      const answer = await exchange(port, [bytes.subarray(0, half), bytes.subarray(half)]);
      expect(answer.toString("latin1")).not.toMatch(/^HTTP\/1\.1 5(?!0[13])|EmulatorBug/);
    }),
    { numRuns: 400 },
  );
}
