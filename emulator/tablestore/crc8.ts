const polynomial = 0x07;

const remainders = Uint8Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 0x80 ? (remainder << 1) ^ polynomial : remainder << 1;
  return remainder;
});

/** Continues CRC-8 (x^8+x^2+x+1, not reflected, from 0) over `bytes`: the checksum of PlainBuffer's cells and rows. */
export function crc8(crc: number, bytes: ArrayLike<number>): number {
  let current = crc;
  // Every byte of every row passes here twice: an index is several times quicker than an iterator.
  for (let index = 0; index < bytes.length; index++) current = remainders[current ^ (bytes[index] as number)] as number;
  return current;
}
