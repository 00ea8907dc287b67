import { password } from "../emulator/sql-server/listening-instance";

/** One packet (MS-TDS 2.2.3.1). */
export function packet(type: number, payload: Uint8Array, status = 1): Buffer {
  const bytes = Buffer.alloc(8 + payload.length);
  bytes.set([type, status, bytes.length >> 8, bytes.length & 0xff]);
  bytes.set(payload, 8);
  return bytes;
}

/** PRELOGIN of a client that knows no TLS: version, and ENCRYPTION in its last byte. */
export const preLogin = Buffer.from([0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 8, 0, 0, 0, 0, 0, 2]);

/** LOGIN7 (MS-TDS 2.2.6.4) of a 7.4 client with the given texts. */
export function login(user = "dba", secret = password, database = "shop", packetSize = 4096): Buffer {
  const texts = ["host", user, secret, "app", "", "", "", "", database];
  const fixed = Buffer.alloc(94);
  fixed.writeUInt32LE(0x74000004, 4);
  fixed.writeUInt32LE(packetSize, 8);
  const parts: Buffer[] = [];
  let at = fixed.length;
  for (const [index, text] of texts.entries()) {
    const bytes = Buffer.from(text, "utf16le");
    fixed.writeUInt16LE(at, 36 + index * 4);
    fixed.writeUInt16LE(bytes.length / 2, 38 + index * 4);
    parts.push(index === 2 ? Buffer.from(bytes.map(hidden)) : bytes);
    at += bytes.length;
  }
  fixed.writeUInt32LE(at, 0);
  return Buffer.concat([fixed, ...parts]);
}

/** As clients hide a password: halves of each byte exchanged, then 0xA5 over it. */
function hidden(byte: number): number {
  return (((byte << 4) | (byte >> 4)) & 0xff) ^ 0xa5;
}
