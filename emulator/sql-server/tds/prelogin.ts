import type { Encryption } from "../../rds/instance";
import type { TlsScope } from "../tls/channel";
import { ByteReader, ProtocolError } from "./byte-reader";

const option = { version: 0x00, encryption: 0x01, instance: 0x02, threadId: 0x03, mars: 0x04, end: 0xff } as const;

/** Values of the option ENCRYPTION (MS-TDS 2.2.6.5). The bits above ask for a client's certificate, which is not played. */
export const encryption = { off: 0x00, on: 0x01, notSupported: 0x02, required: 0x03 } as const;

/**
 * What the client's PRELOGIN says about encryption; a client that says nothing of it knows none.
 * @throws ProtocolError unless `payload` is a PRELOGIN option list (a TLS ClientHello of TDS 8.0 is not)
 */
export function readEncryption(payload: Buffer): number {
  const reader = new ByteReader(payload);
  let asked: number = encryption.notSupported;
  for (let kind = reader.uint8(); kind !== option.end; kind = reader.uint8()) {
    const offset = reader.bytes(2).readUInt16BE();
    const length = reader.bytes(2).readUInt16BE();
    if (offset + length > payload.length) throw new ProtocolError("a PRELOGIN option lies outside the message");
    if (kind === option.encryption && length > 0) asked = payload.readUInt8(offset);
  }
  if (asked > encryption.required) throw new ProtocolError(`ENCRYPTION ${asked} in a PRELOGIN`);
  return asked;
}

/**
 * What is agreed, by the table of MS-TDS 2.2.6.5. A server that supports none says so and leaves it to the client to give up, so that a
 * client which does not is found out.
 */
export function negotiate(asked: number, policy: Encryption): { readonly answer: number; readonly scope: TlsScope } {
  if (policy === "not-supported") return { answer: encryption.notSupported, scope: "none" };
  if (asked === encryption.on || asked === encryption.required) return { answer: encryption.on, scope: "session" };
  if (policy === "required") return { answer: encryption.required, scope: "session" };
  return asked === encryption.off
    ? { answer: encryption.off, scope: "login" }
    : { answer: encryption.notSupported, scope: "none" };
}

/** The server's PRELOGIN (MS-TDS 2.2.6.5). */
export function preloginAnswer(
  version: { readonly major: number; readonly minor: number; readonly build: number },
  encryptionAnswer: number,
) {
  const versionBytes = Buffer.from([version.major, version.minor, version.build >> 8, version.build & 0xff, 0, 0]);
  const options: [number, Buffer][] = [
    [option.version, versionBytes],
    [option.encryption, Buffer.from([encryptionAnswer])],
    [option.instance, Buffer.from([0])],
    [option.threadId, Buffer.alloc(0)],
    [option.mars, Buffer.from([0])],
  ];
  let offset = options.length * 5 + 1;
  const head = options.map(([kind, value]) => {
    const entry = Buffer.from([kind, offset >> 8, offset & 0xff, 0, value.length]);
    offset += value.length;
    return entry;
  });
  return Buffer.concat([...head, Buffer.from([option.end]), ...options.map(([, value]) => value)]);
}
