import { invalidPrimaryKey, parameterInvalid } from "./ots-error";
import type { KeyColumn } from "./table-schema";
import { byteLength, isKeyLimit, isLongerThan, type KeyBound, type PrimaryKeyValue, typeOfValue } from "./value";

/** Column name to value, in the order of the schema: the service refuses another order. */
export type PrimaryKey = Readonly<Record<string, PrimaryKeyValue>>;
/** One end of a range. */
export type PrimaryKeyBound = Readonly<Record<string, KeyBound>>;

const maximumBytes = 1024;
const int64 = { minimum: -(2n ** 63n), maximum: 2n ** 63n - 1n };

/** The key's values in the order of the schema. @throws ServiceError OTSInvalidPK, OTSParameterInvalid */
export function keyValues(schema: readonly KeyColumn[], key: PrimaryKey): PrimaryKeyValue[] {
  const values = boundValues(schema, key);
  if (values.some(isKeyLimit)) throw parameterInvalid("INF_MIN and INF_MAX are for ranges only.");
  return values as PrimaryKeyValue[];
}

/** The same for one end of a range, where columns may be open. */
export function boundValues(schema: readonly KeyColumn[], key: PrimaryKeyBound): KeyBound[] {
  const names = Object.keys(key);
  if (names.length !== schema.length) {
    throw invalidPrimaryKey(`Validate PK size fail. Input: ${names.length}, Meta: ${schema.length}.`);
  }
  return schema.map((meta, position) => {
    const name = names[position] as string;
    if (name !== meta.name) throw invalidPrimaryKey(`Validate PK name fail. Input: ${name}, Meta: ${meta.name}.`);
    const value = key[name] as KeyBound;
    if (!isKeyLimit(value)) checkValue(meta, value);
    return value;
  });
}

export function keyRecord(schema: readonly KeyColumn[], values: readonly PrimaryKeyValue[]): PrimaryKey {
  const key: Record<string, PrimaryKeyValue> = {};
  for (let position = 0; position < schema.length; position++) {
    key[(schema[position] as KeyColumn).name] = values[position] as PrimaryKeyValue;
  }
  return key;
}

/** @throws ServiceError OTSParameterInvalid for an integer outside 64 bits */
export function checkInteger(name: string, value: bigint): void {
  if (value >= int64.minimum && value <= int64.maximum) return;
  throw parameterInvalid(`Value of column '${name}' is outside the range of 64-bit integers.`);
}

function checkValue(meta: KeyColumn, value: PrimaryKeyValue): void {
  const type = typeOfValue(value);
  if (type !== meta.type) {
    throw invalidPrimaryKey(`Validate PK type fail. Input: VT_${type}, Meta: VT_${meta.type}.`);
  }
  if (typeof value === "bigint") checkInteger(meta.name, value);
  if (!isLongerThan(value, maximumBytes)) return;
  throw parameterInvalid(
    `The length of primary key column: '${meta.name}' exceeds the MaxLength: ${maximumBytes} with CurrentLength: ${byteLength(value)}.`,
  );
}
