import { createHash } from "node:crypto";
import { randomRequestId } from "../../../core/random";
import { SqlError } from "../../../data/sql-error";
import type { SqlType } from "../../../data/sql-value";
import { notPlayed } from "../../syntax/token-cursor";
import { collationOf } from "../../values/collation";
import { family, isText, isUnicode } from "../../values/type-rules";
import type { Compiled } from "../compiled";
import { type FunctionCall, type FunctionTable, strict } from "./definition";

/** Algorithms with the major version that brought them. */
const algorithms: Readonly<Record<string, readonly [name: string, since: number]>> = {
  MD5: ["md5", 9],
  SHA: ["sha1", 9],
  SHA1: ["sha1", 9],
  SHA2_256: ["sha256", 11],
  SHA2_512: ["sha512", 11],
};

/** HASHBYTES took at most 8,000 bytes before SQL Server 2016. */
const longInputSince = 13;

function hashBytes(call: FunctionCall): Compiled {
  const [word] = call.expressions;
  const operand = call.arguments[1]!;
  const written = word?.kind === "literal" && typeof word.value === "string" ? word.value.toUpperCase() : undefined;
  if (written === undefined) throw notPlayed("HASHBYTES with an algorithm that is no literal");
  const algorithm = algorithms[written];
  if (!algorithm) throw notPlayed(`HASHBYTES with the algorithm ${written}`);
  const { server } = call.session;
  if (server.version.major < algorithm[1])
    throw new SqlError(
      50501,
      `HASHBYTES knows ${written} from SQL Server 2012 on; the local cloud answers that with an error.`,
    );
  if (!isText(operand.type) && family(operand.type) !== "binary")
    throw new SqlError(
      8116,
      `Argument data type ${operand.type.name} is invalid for argument 2 of hashbytes function.`,
    );
  const collation = operand.collation === undefined ? call.session.collation : collationOf(operand.collation);
  const type: SqlType = { name: "varbinary", length: 8000 };
  return strict(type, [operand], (value) => {
    const bytes =
      value instanceof Uint8Array
        ? value
        : isUnicode(operand.type)
          ? Buffer.from(value as string, "utf16le")
          : collation.codePage.encode(value as string);
    if (bytes.length > 8000 && server.version.major < longInputSince)
      throw new SqlError(8152, "String or binary data would be truncated.");
    return Uint8Array.from(createHash(algorithm[0]).update(bytes).digest());
  });
}

export const hashFunctions: FunctionTable = {
  HASHBYTES: { takes: [2, 2], compile: hashBytes },
  NEWID: {
    takes: [0, 0],
    compile: ({ session }) => ({
      type: { name: "uniqueidentifier" },
      nullable: false,
      evaluate: () => randomRequestId(session.server.random),
    }),
  },
  RAND: {
    takes: [0, 1],
    compile({ session, arguments: [start] }) {
      if (start) throw notPlayed("RAND with a seed");
      // One number for the whole statement, as in SQL Server.
      const value = session.server.random.next();
      return { type: { name: "float" }, nullable: false, evaluate: () => value };
    },
  },
};
