import { SqlError } from "../../data/sql-error";
import type { SqlType, SqlValue } from "../../data/sql-value";
import { guidText } from "../values/binary-value";
import { decimalText } from "../values/decimal";
import { days1900, storedMoment, ticksPerMinute, ticksPerSecond } from "../values/moment";
import type { ByteReader } from "./byte-reader";

/** A value of a type that always takes the same bytes. */
export function readPlain(reader: ByteReader, name: SqlType["name"]): SqlValue {
  switch (name) {
    case "tinyint":
      return reader.uint8();
    case "smallint":
      return reader.int16();
    case "int":
      return reader.int32();
    case "bigint":
      return reader.int64();
    case "bit":
      return reader.uint8() !== 0;
    case "real":
      return reader.float32();
    case "float":
      return reader.float64();
    case "smallmoney":
      return decimalText(BigInt(reader.int32()), 4);
    case "money": {
      const high = BigInt(reader.int32());
      return decimalText((high << 32n) | BigInt(reader.uint32()), 4);
    }
    case "smalldatetime": {
      const days = days1900 + reader.uint16();
      return stored({ days, ticks: reader.uint16() * ticksPerMinute, offsetMinutes: 0 }, { name });
    }
    case "datetime": {
      const days = days1900 + reader.int32();
      return stored({ days, ticks: Math.round((reader.uint32() * ticksPerSecond) / 300), offsetMinutes: 0 }, { name });
    }
    default:
      return guidText(reader.bytes(16));
  }
}

/** @throws SqlError 8023 for a day outside of the type */
export function stored(moment: Parameters<typeof storedMoment>[0], type: SqlType): string {
  const text = storedMoment(moment, type);
  if (text === undefined)
    throw new SqlError(
      8023,
      "The incoming tabular data stream (TDS) remote procedure call (RPC) protocol stream is incorrect. A parameter's value is out of range.",
    );
  return text;
}
