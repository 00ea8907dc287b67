import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Clock } from "../core/clock";
import type { Faults } from "../core/faults";
import type { Random } from "../core/random";
import { reportToStderr } from "../http/loopback-server";
import { type Address, type AddressBook, admits, type Instance, peerAddresses } from "../rds/instance";
import { Connection } from "./connection";
import { ServerInstance } from "./engine/server-instance";
import { serverCertificate, type TlsVersion } from "./tls/certificate";

export interface SqlServerListenersOptions {
  /** Listeners that are kept ready, so that an address can be taken at once. */
  readonly spare: number;
  readonly clock: Clock;
  readonly random: Random;
  /** Called before each request of a client, so that work which is computed lazily (DTS) has happened. */
  readonly beforeRead?: () => void;
  /** Connections to an instance that does not run are cut. Without this option every instance runs. */
  readonly isRunning?: (instance: Instance) => boolean;
  /** Asked about each login and each request as service `sql-server`, actions `Login` and `Request`. */
  readonly faults?: Faults;
  /** Told about failures of the engine itself; writes to stderr unless given. */
  readonly reportBug?: (error: unknown) => void;
  /** Told what goes over the wire: one line for each message of a client and each packet of an answer. */
  readonly trace?: (line: string) => void;
  /** The newest TLS of 2008 R2 instances; TLS 1.2 unless given, as with their last patches. */
  readonly newestTlsOf2008R2?: TlsVersion;
}

interface Listener {
  readonly server: Server;
  readonly address: Address;
  readonly sockets: Set<Socket>;
  taken: { readonly instance: Instance; readonly network: "private" | "public" } | undefined;
}

const host = "127.0.0.1";

/**
 * The loopback addresses of all instances: each a TDS listener on a port of its own. A client that the instance's whitelist does not
 * admit is cut off before it can say anything, as the proxy in front of RDS does; wrong passwords are answered by error 18456.
 */
export class SqlServerListeners implements AddressBook {
  readonly #options: SqlServerListenersOptions;
  readonly #free: Listener[] = [];
  readonly #taken = new Map<number, Listener>();
  readonly #servers = new WeakMap<Instance, ServerInstance>();
  /** Listeners being opened; `close` waits for them. */
  #opening: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(options: SqlServerListenersOptions) {
    this.#options = options;
  }

  static async open(options: SqlServerListenersOptions): Promise<SqlServerListeners> {
    const listeners = new SqlServerListeners(options);
    await listeners.#topUp();
    return listeners;
  }

  /** @throws Error when more addresses are taken in one go than `spare` */
  take(instance: Instance, network: "private" | "public"): Address {
    const listener = this.#free.pop();
    if (!listener) throw new Error(`no listener is left for ${instance.id}: ${this.#options.spare} are kept ready`);
    listener.taken = { instance, network };
    this.#taken.set(listener.address.port, listener);
    this.#opening = this.#opening.then(() => this.#topUp());
    return listener.address;
  }

  release(address: Address): void {
    const listener = this.#taken.get(address.port);
    if (!listener) return;
    this.#taken.delete(address.port);
    cut(listener);
    listener.server.close();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#opening;
    const all = [...this.#free.splice(0), ...this.#taken.values()];
    this.#taken.clear();
    await Promise.all(all.map((listener) => closed(listener)));
  }

  async #topUp(): Promise<void> {
    while (!this.#closed && this.#free.length < this.#options.spare) this.#free.push(await this.#listen());
  }

  async #listen(): Promise<Listener> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => this.#accept(listener, socket));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, host, resolve);
    });
    const listener: Listener = {
      server,
      address: { host, port: (server.address() as AddressInfo).port },
      sockets,
      taken: undefined,
    };
    return listener;
  }

  #accept(listener: Listener, socket: Socket): void {
    const { taken } = listener;
    if (!taken || !this.#isRunning(taken.instance) || !admits(taken.instance, peerAddresses[taken.network])) {
      socket.destroy();
      return;
    }
    listener.sockets.add(socket);
    socket.on("close", () => listener.sockets.delete(socket));
    socket.setNoDelay(true);
    const { trace } = this.#options;
    const from = `${taken.instance.id} ${socket.remotePort}`;
    new Connection(this.#server(taken.instance), socket, {
      beforeRead: () => this.#options.beforeRead?.(),
      isRunning: () => this.#isRunning(taken.instance),
      strike: (action) => this.#options.faults?.strike("sql-server", action),
      reportBug: this.#options.reportBug ?? reportToStderr,
      certificate: serverCertificate,
      trace: trace && ((line) => trace(`${from} ${line}`)),
      newestTls: (taken.instance.engineVersion === "2008r2" && this.#options.newestTlsOf2008R2) || "TLSv1.2",
    });
  }

  #isRunning(instance: Instance): boolean {
    return this.#options.isRunning?.(instance) ?? true;
  }

  #server(instance: Instance): ServerInstance {
    const server =
      this.#servers.get(instance) ?? new ServerInstance(instance, this.#options.clock, this.#options.random);
    this.#servers.set(instance, server);
    return server;
  }
}

function cut(listener: Listener): void {
  for (const socket of listener.sockets) socket.destroy();
}

function closed(listener: Listener): Promise<void> {
  return new Promise((resolve) => {
    listener.server.close(() => resolve());
    cut(listener);
  });
}
