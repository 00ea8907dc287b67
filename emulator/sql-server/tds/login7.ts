import { ProtocolError } from "./byte-reader";

/** What a client says in LOGIN7 and the server uses (MS-TDS 2.2.6.4). */
export interface Login7 {
  readonly tdsVersion: number;
  readonly packetSize: number;
  readonly hostName: string;
  readonly userName: string;
  readonly password: string;
  readonly appName: string;
  readonly database: string;
  /** Windows or Azure identity instead of a password. */
  readonly integrated: boolean;
}

const position = { hostName: 36, userName: 40, password: 44, appName: 48, database: 68 } as const;
const integratedSecurity = 0x80;

/** @throws ProtocolError when a field lies outside the message */
export function readLogin7(payload: Buffer): Login7 {
  if (payload.length < 86) throw new ProtocolError("LOGIN7 is too short");
  const field = (at: number): Buffer => {
    const start = payload.readUInt16LE(at);
    const bytes = payload.readUInt16LE(at + 2) * 2;
    if (start + bytes > payload.length) throw new ProtocolError("a LOGIN7 field lies outside the message");
    return payload.subarray(start, start + bytes);
  };
  const text = (at: number) => field(at).toString("utf16le");
  return {
    tdsVersion: payload.readUInt32LE(4),
    packetSize: payload.readUInt32LE(8),
    hostName: text(position.hostName),
    userName: text(position.userName),
    password: revealPassword(field(position.password)),
    appName: text(position.appName),
    database: text(position.database),
    integrated: (payload.readUInt8(25) & integratedSecurity) !== 0,
  };
}

/** Clients swap the halves of each byte and then xor it with 0xA5. */
function revealPassword(hidden: Buffer): string {
  const clear = Buffer.from(hidden).map((byte) => {
    const mixed = byte ^ 0xa5;
    return ((mixed << 4) | (mixed >> 4)) & 0xff;
  });
  return Buffer.from(clear).toString("utf16le");
}
