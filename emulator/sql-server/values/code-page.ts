/** Non-Unicode encodings of `char`, `varchar` and `text`. */
export interface CodePage {
  readonly number: number;
  /** Characters that the code page does not have become similar ones or `?`, about as Windows maps them. */
  encode(text: string): Buffer;
  decode(bytes: Uint8Array): string;
}

/** WHATWG labels of the Windows code pages that the collations use. */
const labels: Readonly<Record<number, string>> = {
  874: "windows-874",
  932: "shift_jis",
  936: "gbk",
  949: "euc-kr",
  950: "big5",
  1250: "windows-1250",
  1251: "windows-1251",
  1252: "windows-1252",
  1253: "windows-1253",
  1254: "windows-1254",
  1255: "windows-1255",
  1256: "windows-1256",
  1257: "windows-1257",
  1258: "windows-1258",
};

const doubleByte = new Set([932, 936, 949, 950]);
const known = new Map<number, CodePage>();

export function codePage(number: number): CodePage {
  const cached = known.get(number);
  if (cached) return cached;
  const label = labels[number];
  if (label === undefined) throw new Error(`code page ${number} is not known`);
  const made = make(number, label);
  known.set(number, made);
  return made;
}

function make(number: number, label: string): CodePage {
  const decoder = new TextDecoder(label);
  let encodings: Map<string, number[]> | undefined;
  return {
    number,
    encode(text) {
      if (isAscii(text)) return Buffer.from(text, "latin1");
      encodings ??= reverse(decoder, doubleByte.has(number));
      const bytes: number[] = [];
      for (const character of text) bytes.push(...(encodings.get(character) ?? bestFit(character, encodings)));
      return Buffer.from(bytes);
    },
    decode: (bytes) => decoder.decode(bytes),
  };
}

/** The letter without its accents where the code page has that (ö becomes o in 936), else one `?` for each UTF-16 code unit. */
function bestFit(character: string, encodings: ReadonlyMap<string, number[]>): number[] {
  const [base = ""] = character.normalize("NFD");
  const found = base === character ? undefined : encodings.get(base);
  return found ?? Array.from({ length: character.length }, () => 0x3f);
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}

/** Every character of the code page with its bytes, found by decoding all of them: the platform has decoders only. */
function reverse(decoder: { decode(bytes: Uint8Array): string }, withPairs: boolean): Map<string, number[]> {
  const encodings = new Map<string, number[]>();
  const add = (bytes: number[]) => {
    const character = decoder.decode(Uint8Array.from(bytes));
    if (character === "\ufffd" || [...character].length !== 1 || encodings.has(character)) return;
    encodings.set(character, bytes);
  };
  for (let single = 0; single < 256; single++) add([single]);
  if (withPairs)
    for (let lead = 0x81; lead <= 0xfe; lead++) for (let trail = 0x40; trail <= 0xfe; trail++) add([lead, trail]);
  return encodings;
}
