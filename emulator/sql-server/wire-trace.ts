import { readLogin7 } from "./tds/login7";
import { type Message, packetType } from "./tds/packet";
import { readBatch, readRpc } from "./tds/requests";
import type { TdsVersion } from "./tds/tds-version";

/** Told of each message and packet on the wire, one line each. */
export type WireTrace = (line: string) => void;

const names: Readonly<Record<number, string>> = {
  [packetType.sqlBatch]: "SQL batch",
  [packetType.rpc]: "procedure call",
  [packetType.response]: "response",
  [packetType.attention]: "attention",
  [packetType.bulkLoad]: "bulk load",
  [packetType.transactionManager]: "transaction request",
  [packetType.login7]: "login",
  [packetType.sspi]: "SSPI",
  [packetType.prelogin]: "prelogin",
};

const longestText = 2000;

/** A client's message: its type, its bytes, and the statement in it. Neither passwords nor values of parameters are in the line. */
export function describeMessage(message: Message, version: TdsVersion): string {
  const said = textOf(message, version);
  return `> ${head(message.type, message.payload.length)}${said === "" ? "" : `: ${said}`}`;
}

/** A packet of the server, with its header. */
export function describePacket(packet: Buffer): string {
  const ends = (packet.readUInt8(1) & 0x01) !== 0;
  return `< ${head(packet.readUInt8(0), packet.length)}${ends ? ", the last one" : ""}`;
}

function head(type: number, length: number): string {
  return `${names[type] ?? "unknown"} (0x${type.toString(16).padStart(2, "0")}), ${length} bytes`;
}

function textOf(message: Message, version: TdsVersion): string {
  try {
    switch (message.type) {
      case packetType.login7: {
        const { userName, appName, hostName, database } = readLogin7(message.payload);
        return `user ${userName}, database ${database || "by default"}, ${appName} on ${hostName}`;
      }
      case packetType.sqlBatch:
        return shown(readBatch(message.payload, version));
      case packetType.rpc:
        return readRpc(message.payload, version)
          .map(({ procedure, parameters }) => {
            const statement = parameters.find(
              ({ name, value }) => typeof value === "string" && /^(@stmt|@statement|)$/.test(name),
            );
            const isWrapped = /^sp_(executesql|prepare|prepexec|cursoropen)$/i.test(procedure);
            return isWrapped && statement ? `${procedure} ${shown(String(statement.value))}` : procedure;
          })
          .join("; ");
      default:
        return "";
    }
  } catch {
    // The connection itself will say what is wrong with it.
    return "unreadable";
  }
}

function shown(text: string): string {
  const masked = withoutPasswords(text).replace(/\s+/g, " ").trim();
  return masked.length > longestText ? `${masked.slice(0, longestText)} …` : masked;
}

const literal = /N?'(?:[^']|'')*'/g;

/** `PASSWORD = '…'` without its value; of statements that take passwords by place, no literal at all. */
function withoutPasswords(text: string): string {
  if (
    /\b(sp_addlogin|sp_password|sp_addlinkedsrvlogin|sp_setapprole|sp_addapprole|pwdencrypt|pwdcompare)\b/i.test(text)
  )
    return text.replace(literal, "'***'");
  return text.replace(/(\b(?:old_)?password\s*=\s*)(N?'(?:[^']|'')*'|0x[0-9a-f]+)/gi, "$1'***'");
}
