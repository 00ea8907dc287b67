import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { type SecureContext, TLSSocket } from "node:tls";
import { ProtocolError } from "../tds/byte-reader";
import { packets, packetType } from "../tds/packet";

/** Which of a client's bytes go through TLS (MS-TDS 2.2.6.5): none, its LOGIN7 message alone, or all that follow the handshake. */
export type TlsScope = "none" | "login" | "session";

/**
 * The bytes of one client, in clear or through TLS. The handshake travels in PRELOGIN messages, one for each flight; after it the
 * socket carries plain TLS records, and with the scope `login` TDS packets in clear again once the login has come.
 */
export class Channel {
  #tls: TlsLayer | undefined;

  constructor(
    readonly socket: Socket,
    private readonly client: {
      readonly receive: (bytes: Buffer) => void;
      readonly drained: () => void;
      readonly sent: (packet: Buffer) => void;
    },
  ) {
    socket.on("data", (bytes) => {
      if (this.#tls?.isSecured) this.#tls.takeRecords(bytes);
      else client.receive(bytes);
    });
    socket.on("drain", client.drained);
  }

  /** Waits for the client's handshake; its bytes come through `handshake`. */
  beginTls(context: SecureContext): void {
    this.#tls = new TlsLayer(this.socket, context, this.client);
  }

  /** From now on both sides speak in clear. */
  endTls(): void {
    this.#tls?.detach();
    this.#tls = undefined;
  }

  /** @returns whether TLS was asked for and is not there yet */
  get isShakingHands(): boolean {
    return this.#tls !== undefined && !this.#tls.isSecured;
  }

  /** @throws ProtocolError without a handshake under way */
  handshake(flight: Buffer): void {
    if (!this.#tls || this.#tls.isSecured) throw new ProtocolError("a TLS flight outside a handshake");
    this.#tls.takeFlight(flight);
  }

  get isClosed(): boolean {
    return this.socket.destroyed;
  }

  /** The client has not read yet what was sent. */
  get isFull(): boolean {
    return this.socket.writableNeedDrain || (this.#tls?.clear.writableNeedDrain ?? false);
  }

  write(bytes: Buffer): void {
    this.client.sent(bytes);
    if (!this.isClosed) (this.#tls?.clear ?? this.socket).write(bytes);
  }

  /** After everything that was written. */
  end(): void {
    (this.#tls?.clear ?? this.socket).end();
  }

  destroy(): void {
    this.socket.destroy();
  }
}

/** The server's side of TLS over a TDS socket. */
class TlsLayer {
  /** What the client says and is told, in clear. */
  readonly clear: TLSSocket;
  isSecured = false;
  readonly #records: Duplex;
  /** The client speaks first after the handshake: what is written before it does belongs to the handshake. */
  #inPackets = true;
  #flight: Buffer[] = [];

  constructor(
    private readonly socket: Socket,
    secureContext: SecureContext,
    client: { readonly receive: (bytes: Buffer) => void; readonly drained: () => void },
  ) {
    this.#records = new Duplex({
      read: () => {},
      write: (bytes: Buffer, _encoding, done) => this.#send(bytes, done),
      final: (done) => {
        this.#sendFlight();
        socket.end();
        done();
      },
    });
    this.clear = new TLSSocket(this.#records, { isServer: true, secureContext });
    this.clear.on("secure", () => {
      this.isSecured = true;
    });
    this.clear.on("data", client.receive);
    this.clear.on("drain", client.drained);
    // A handshake that fails ends with an alert, which the client is still told.
    this.clear.on("error", () => {
      this.#sendFlight();
      socket.end();
    });
    this.#records.on("error", () => socket.destroy());
    socket.once("close", () => this.clear.destroy());
  }

  takeFlight(flight: Buffer): void {
    this.#records.push(flight);
  }

  takeRecords(bytes: Buffer): void {
    this.#inPackets = false;
    this.#records.push(bytes);
  }

  detach(): void {
    this.#send = (_bytes, done) => done();
    this.clear.removeAllListeners("data");
    this.clear.destroy();
  }

  #send = (bytes: Buffer, done: () => void): void => {
    if (!this.#inPackets) {
      this.socket.write(bytes, () => done());
      return;
    }
    if (this.#flight.length === 0) setImmediate(() => this.#sendFlight());
    this.#flight.push(bytes);
    done();
  };

  /** Everything that one flight of the client is answered with is one message: clients read one for each that they send. */
  #sendFlight(): void {
    const bytes = Buffer.concat(this.#flight.splice(0));
    if (bytes.length === 0 || this.socket.destroyed) return;
    for (const packet of packets(packetType.prelogin, bytes)) this.socket.write(packet);
  }
}
