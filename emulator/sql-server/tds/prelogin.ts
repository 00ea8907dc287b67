import { ByteReader, ProtocolError } from "./byte-reader";

const option = { version: 0x00, encryption: 0x01, instance: 0x02, threadId: 0x03, mars: 0x04, end: 0xff } as const;

/** ENCRYPT_NOT_SUP: the local cloud has no certificate; a client that insists on TLS gives up here. */
const encryptionNotSupported = 0x02;

/** @throws ProtocolError unless `payload` is a PRELOGIN option list (a TLS ClientHello of TDS 8.0 is not) */
export function checkPrelogin(payload: Buffer): void {
  const reader = new ByteReader(payload);
  for (let kind = reader.uint8(); kind !== option.end; kind = reader.uint8()) {
    const offset = reader.bytes(2).readUInt16BE();
    const length = reader.bytes(2).readUInt16BE();
    if (offset + length > payload.length) throw new ProtocolError("a PRELOGIN option lies outside the message");
  }
}

/** The server's PRELOGIN (MS-TDS 2.2.6.5). */
export function preloginAnswer(version: { readonly major: number; readonly minor: number; readonly build: number }) {
  const versionBytes = Buffer.from([version.major, version.minor, version.build >> 8, version.build & 0xff, 0, 0]);
  const options: [number, Buffer][] = [
    [option.version, versionBytes],
    [option.encryption, Buffer.from([encryptionNotSupported])],
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
