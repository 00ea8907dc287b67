import { crc8 } from "../../../emulator/tablestore/crc8";
import { decodeRow, encodeRows } from "../../../emulator/tablestore/plain-buffer";

const row = {
  key: [{ name: "id", value: "r" }],
  attributes: [{ name: "n", value: -5n, versionMs: 1_000n }],
};

test("the checksum is CRC-8 with polynomial 7", () => {
  expect(crc8(0, Buffer.from("123456789"))).toBe(0xf4);
});

test("a row is read back as it was written", () => {
  expect(decodeRow(encodeRows([row]))).toEqual({ ...row, deleteMarker: false });
});

test("no rows are no bytes", () => {
  expect(encodeRows([])).toHaveLength(0);
});

test("zeros may follow a row, other bytes may not", () => {
  const bytes = encodeRows([row]);
  expect(decodeRow(Buffer.concat([bytes, Buffer.alloc(3)])).key).toEqual(row.key);
  expect(() => decodeRow(Buffer.concat([bytes, Buffer.from([0, 1])]))).toThrow("data format is invalid");
});

test("a row is refused whichever of its bytes is flipped", () => {
  const bytes = encodeRows([row]);
  for (const position of bytes.keys()) {
    const broken = Buffer.from(bytes);
    broken[position] = (broken[position] as number) ^ 0x40;
    expect(() => decodeRow(broken)).toThrow(expect.objectContaining({ code: "OTSParameterInvalid" }));
  }
});

test("a row is refused wherever it is cut off", () => {
  const bytes = encodeRows([row]);
  for (const length of bytes.keys()) {
    expect(() => decodeRow(bytes.subarray(0, length))).toThrow(
      expect.objectContaining({ code: "OTSParameterInvalid" }),
    );
  }
});
