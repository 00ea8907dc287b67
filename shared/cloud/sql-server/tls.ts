import { Socket } from "node:net";
import type { ConnectionOptions } from "tedious";
import { CloudError } from "../cloud-error";
import type { SqlServerAddress } from "./index";

/** How connections to SQL Servers are protected. */
export interface TlsPolicy {
  /** PEM of the authorities whose certificates are believed; null: any server that answers is accepted. */
  readonly certificateAuthority: string | null;
  /** At private addresses. `preferred`: in clear where the server offers no TLS. At public ones TLS is always required. */
  readonly privateAddresses: "required" | "preferred";
}

export const strictTls: TlsPolicy = { certificateAuthority: null, privateAddresses: "required" };

/** Whether a login there is held back unless it goes through TLS. */
export function requiresTls({ kind = "public" }: SqlServerAddress, policy: TlsPolicy): boolean {
  return kind === "public" || policy.privateAddresses === "required";
}

/**
 * The driver's options. A 2008 R2 server without its last patches knows only TLS 1.0, which OpenSSL 3 plays at security level 0;
 * ciphers without encryption or without a certificate are not among the DEFAULT ones at any level.
 */
export function driverTls({ host }: SqlServerAddress, { certificateAuthority }: TlsPolicy): ConnectionOptions {
  return {
    encrypt: true,
    serverName: host,
    trustServerCertificate: certificateAuthority === null,
    cryptoCredentialsDetails: {
      minVersion: "TLSv1",
      ciphers: "DEFAULT:@SECLEVEL=0",
      ...(certificateAuthority !== null && { ca: certificateAuthority }),
    },
  };
}

const packetOfPrelogin = 0x12;
/** Types of TLS records (RFC 5246, 6.2.1), which are no types of TDS packets that a client sends before its login. */
const tlsRecords = [0x14, 0x15, 0x16, 0x17];

/**
 * A socket that lets no login out in clear. The driver sends one when a server, or a machine between, answers its PRELOGIN with
 * "no encryption", also with `encrypt: true` (tedious 19, connection.js, performTlsNegotiation). Until TLS begins, only PRELOGIN packets
 * pass here: the handshake travels in them (MS-TDS 2.2.6.5). The driver hands over whole packets.
 */
export class TlsOnlySocket extends Socket {
  /** Something else was to be sent, and was not. */
  heldBack = false;
  #isSecured = false;

  override _write(bytes: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#admits(bytes)) super._write(bytes, encoding, done);
    else done(new Error("a login in clear was held back"));
  }

  override _writev(
    chunks: { readonly chunk: Buffer; readonly encoding: BufferEncoding }[],
    done: (error?: Error | null) => void,
  ): void {
    if (chunks.every(({ chunk }) => this.#admits(chunk))) super._writev?.(chunks, done);
    else done(new Error("a login in clear was held back"));
  }

  #admits(bytes: Buffer): boolean {
    const first = bytes[0] ?? packetOfPrelogin;
    this.#isSecured ||= tlsRecords.includes(first);
    this.heldBack ||= !this.#isSecured && first !== packetOfPrelogin;
    return !this.heldBack;
  }
}

/** Connects it. @throws Error when there is no answer in `timeoutMs` */
export function connectTlsOnly(
  socket: TlsOnlySocket,
  { host, port }: SqlServerAddress,
  timeoutMs: number,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => socket.destroy(new Error(`no connection to ${host} in ${timeoutMs} ms`)), timeoutMs);
    const end = () => {
      clearTimeout(timer);
      socket.off("error", reject);
    };
    socket.once("error", reject);
    socket.once("close", end);
    socket.connect({ host, port }, () => {
      end();
      resolve(socket);
    });
  });
}

/** Codes of Node and OpenSSL for a certificate that is not believed. */
const certificateTrouble =
  /CERT|ISSUER|SELF_SIGNED|LEAF_SIGNATURE|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH/;

/** Why the connection was not made, if that was a matter of TLS; null: it was something else. */
export function tlsRefusal(
  error: unknown,
  { host, port }: SqlServerAddress,
  socket: TlsOnlySocket | null,
): CloudError | null {
  const refused = (code: "tls-not-offered" | "certificate-not-trusted", text: string) =>
    new CloudError("refused", "sql-server", "connect", code, text, { cause: error });
  if (socket?.heldBack)
    return refused(
      "tls-not-offered",
      `The SQL Server at ${host},${port} offers no TLS. The login was not sent, because name and password would have gone in clear. Turn on SSL of the instance. At a private address, REWIND_SQL_PRIVATE_TLS=preferred allows logins in clear.`,
    );
  const code = codeOf(error instanceof Error ? error.cause : null);
  if (!certificateTrouble.test(code)) return null;
  return refused(
    "certificate-not-trusted",
    `The SQL Server at ${host},${port} shows a certificate that is not believed (${code}). The login was not sent. Look whether REWIND_SQL_CA_FILE holds the authority that issued it, and whether it names this address.`,
  );
}

function codeOf(cause: unknown): string {
  return typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "";
}
