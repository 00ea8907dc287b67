import { Faults } from "../../../emulator/core/faults";
import { ServiceError } from "../../../emulator/core/service-error";
import { type Call, type ReceivedRequest, type Reply, ServiceServer } from "../../../emulator/http/service-server";
import { exchange } from "../../hostile/raw-socket";

/** The shell that RDS, DTS, KMS, MNS and Tablestore share, around a service of four bytes at most that repeats what it hears. */
const bugs: unknown[] = [];
const faults = new Faults();
let server: ServiceServer;
let port: number;
let abandoned: Promise<void>;

const plain = (status: number, body: string): Reply => ({ status, headers: {}, body });

function admit(request: ReceivedRequest): Call {
  if (request.target === "/bug") throw new TypeError("a slip");
  if (request.target === "/refused") throw new ServiceError(403, "Refused", "no");
  if (request.target === "/waits") {
    abandoned = new Promise((resolve) => request.abandoned.addEventListener("abort", () => resolve()));
    return { service: "echo", action: "Wait", run: () => abandoned.then(() => plain(200, "late")) };
  }
  return { service: "echo", action: "Repeat", run: () => plain(200, request.body.toString()) };
}

beforeEach(async () => {
  bugs.length = 0;
  faults.clear();
  server = new ServiceServer({
    faults,
    bodyBytesMax: 4,
    bodyTooLarge: new ServiceError(413, "TooLarge", "more than four bytes"),
    hangMs: 1,
    reportBug: (error) => bugs.push(error),
    open: () => ({
      admit,
      struck: ({ kind }) => plain(200, kind),
      refusal: ({ httpStatus, code, message }) => plain(httpStatus, `${code}: ${message}`),
    }),
  });
  port = await server.listen();
});
afterEach(() => server.close());

const post = async (path: string, body: string) => {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: "POST", body });
  return `${answer.status} ${await answer.text()}`;
};
const unfinished = "POST / HTTP/1.1\r\nhost: local\r\ncontent-length: 4\r\n\r\nab";

test("a client that goes away in the middle of its request is no bug, and the next one is served", async () => {
  await exchange(port, [Buffer.from(unfinished)]);
  expect(await post("/", "abcd")).toBe("200 abcd");
  expect(bugs).toEqual([]);
});

test("a client that goes away while its answer is awaited ends the wait", async () => {
  const body = "GET /waits HTTP/1.1\r\nhost: local\r\n\r\n";
  await Promise.all([exchange(port, [Buffer.from(body)]), post("/", "ab")]);
  await abandoned;
  expect(bugs).toEqual([]);
});

test("a body that is too large is refused in the service's words, however long it is", async () => {
  expect(await post("/", "abcde")).toBe("413 TooLarge: more than four bytes");
  expect(await post("/", "a".repeat(3_000_000))).toBe("413 TooLarge: more than four bytes");
});

test("refusals are answered, bugs are answered as such and reported", async () => {
  expect(await post("/refused", "")).toBe("403 Refused: no");
  expect(bugs).toEqual([]);
  expect(await post("/bug", "")).toBe("500 EmulatorBug: The local cloud failed: a slip");
  expect(bugs).toEqual([expect.any(TypeError)]);
});

test("faults strike calls that are admitted, and no others", async () => {
  faults.add({ service: "echo", action: "Repeat", kind: "success-false", times: 1 });
  expect(await post("/refused", "")).toBe("403 Refused: no");
  expect(await post("/", "ab")).toBe("200 success-false");
  expect(await post("/", "ab")).toBe("200 ab");
});

test.each(["lost-request", "lost-reply"] as const)("%s breaks the connection", async (kind) => {
  faults.add({ service: "echo", action: "*", kind, times: 1 });
  await expect(post("/", "ab")).rejects.toThrow("fetch failed");
  expect(await post("/", "ab")).toBe("200 ab");
});

test("a call that hangs is answered in the end, or cut off with the server", async () => {
  faults.add({ service: "echo", action: "*", kind: "hang", times: 1 });
  expect(await post("/", "ab")).toBe("200 ab");
  faults.add({ service: "echo", action: "*", kind: "hang", times: 1, delayMs: 60_000 });
  const hanging = expect(post("/", "ab")).rejects.toThrow("fetch failed");
  await post("/", "cd");
  await server.close();
  await hanging;
});
