import { type Clock, ManualClock, SystemClock } from "../../../emulator/core/clock";
import { Faults } from "../../../emulator/core/faults";
import { SeededRandom } from "../../../emulator/core/random";
import { MnsService } from "../../../emulator/mns/mns-service";
import { MnsServer } from "../../../emulator/mns/server";

/** The part of the official client that the tests use; the package ships no types. */
export interface MnsClient {
  createQueue(name: string, attributes?: Elements): Promise<Answer<undefined>>;
  setQueueAttributes(name: string, attributes: Elements): Promise<Answer<undefined>>;
  getQueueAttributes(name: string): Promise<Answer<Texts>>;
  deleteQueue(name: string): Promise<Answer<undefined>>;
  listQueue(marker?: string, limit?: number, prefix?: string): Promise<Answer<Texts[] | undefined>>;
  sendMessage(queue: string, message: Elements): Promise<Answer<Texts>>;
  batchSendMessage(queue: string, messages: Elements[]): Promise<Answer<Texts[]>>;
  receiveMessage(queue: string, waitSeconds?: number): Promise<Answer<Texts>>;
  batchReceiveMessage(queue: string, max: number, waitSeconds?: number): Promise<Answer<Texts[]>>;
  peekMessage(queue: string): Promise<Answer<Texts>>;
  batchPeekMessage(queue: string, max: number): Promise<Answer<Texts[]>>;
  deleteMessage(queue: string, handle: string): Promise<Answer<undefined>>;
  batchDeleteMessage(queue: string, handles: string[]): Promise<Answer<Texts[] | undefined>>;
  changeMessageVisibility(queue: string, handle: string, seconds: number): Promise<Answer<Texts>>;
  createTopic(name: string): Promise<Answer<undefined>>;
  get(resource: string, root: string, options?: RequestOptions): Promise<Answer<Texts>>;
  put(resource: string, root: string, body: string, kept?: string[], options?: RequestOptions): Promise<Answer<Texts>>;
  post(resource: string, root: string, body: string, kept?: string[], options?: RequestOptions): Promise<Answer<Texts>>;
  delete(resource: string, root: string, body: string): Promise<Answer<Texts>>;
}

type Elements = Record<string, string | number | boolean>;
/** Every field of an answer is a string. */
export type Texts = Record<string, string>;
interface RequestOptions {
  readonly headers?: Record<string, string>;
}
interface Answer<Body> {
  readonly code: number;
  readonly headers: Record<string, string>;
  readonly body: Body;
}

const Client = require("@alicloud/mns") as new (account: string, options: Record<string, unknown>) => MnsClient;

const open: MnsServer[] = [];

/** For afterEach: no server outlives its test. */
export async function closeServers(): Promise<void> {
  await Promise.all(open.splice(0).map((server) => server.close()));
}

/** A local MNS on a free port. The world's time stands still unless a clock is given; requests are dated in real time. */
export async function startMns({ worldClock, signatureClock = new SystemClock() }: Clocks = {}) {
  const manualClock = new ManualClock(Date.now());
  const clock = worldClock ?? manualClock;
  const random = new SeededRandom(7);
  const service = new MnsService({ clock, random, regionId: "cn-hangzhou", accountId: "1234567890123456" });
  const faults = new Faults();
  const bugs: unknown[] = [];
  const accessKeys = new Map([["akid", "secret"]]);
  const reportBug = (error: unknown) => bugs.push(error);
  const server = new MnsServer({ service, clock, signatureClock, random, faults, accessKeys, reportBug });
  open.push(server);
  const endpoint = `http://127.0.0.1:${await server.listen(0)}`;
  const connect = (options: Record<string, unknown> = {}) =>
    new Client("1234567890123456", { accessKeyId: "akid", accessKeySecret: "secret", endpoint, ...options });
  return { service, faults, bugs, server, endpoint, connect, client: connect(), clock: manualClock };
}

interface Clocks {
  readonly worldClock?: Clock;
  readonly signatureClock?: Clock;
}

/** What the client throws for an error answer: code and status survive only in name and text. */
export function refusedWith(code: string, status: number) {
  return { name: `MNS${code}Error`, message: expect.stringContaining(` failed with ${status}. `) };
}
