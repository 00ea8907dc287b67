/** What texts of one collation ignore when they are held to be equal. */
export interface TextRules {
  readonly isBinary: boolean;
  readonly ignoresCase: boolean;
  readonly ignoresAccents: boolean;
  /** Hiragana and Katakana are equal. */
  readonly ignoresKana: boolean;
  /** Full-width and half-width forms are equal, and so are raised and lowered digits. */
  readonly ignoresWidth: boolean;
  /** The text without what the collation ignores: equal names are equal then. */
  fold(text: string): string;
  /** Equal values have equal keys: folded, and trailing blanks never count. */
  key(text: string): string;
}

const cached = new Map<string, TextRules>();

/**
 * Read from the collation's name: `_CS`, `_AI`, `_KS`, `_WS`, `_BIN`, `_BIN2`; without them case, kana and width are ignored and
 * accents count ("Windows collation name", Transact-SQL reference; SQL collations ignore kana and width as well).
 */
export function textRules(collation: string): TextRules {
  const found = cached.get(collation);
  if (found) return found;
  const made = make(collation);
  cached.set(collation, made);
  return made;
}

function make(collation: string): TextRules {
  const has = (part: string) => new RegExp(`_${part}(_|$)`, "i").test(collation);
  const isBinary = has("BIN2?");
  const ignoresCase = !isBinary && !has("CS");
  const ignoresAccents = !isBinary && has("AI");
  const ignoresKana = !isBinary && !has("KS");
  const ignoresWidth = !isBinary && !has("WS");
  const steps = [
    ...(ignoresWidth ? [plainWidth] : []),
    ...(ignoresKana ? [hiragana] : []),
    ...(ignoresCase ? [lowerCase] : []),
    ...(ignoresAccents ? [withoutAccents] : []),
  ];
  const fold = (text: string) => {
    if (isAscii(text)) return ignoresCase ? text.toLowerCase() : text;
    return steps.reduce((folded, step) => step(folded), text);
  };
  const key = (text: string) => {
    const folded = isBinary || isAscii(text) ? fold(text) : withoutLigatures(fold(text));
    return folded.endsWith(" ") ? folded.replace(/ +$/, "") : folded;
  };
  return { isBinary, ignoresCase, ignoresAccents, ignoresKana, ignoresWidth, fold, key };
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}

const otherWidths = /[\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u2080-\u2089\u3000\uff01-\uffee]+/g;

const ligatures: Readonly<Record<string, string>> = { ß: "ss", æ: "ae", œ: "oe", ẞ: "SS", Æ: "AE", Œ: "OE" };

/** Letters that are equal to two others. Patterns of LIKE take them as one letter: only values as a whole are compared like this. */
function withoutLigatures(text: string): string {
  return text.replace(/[ßæœẞÆŒ]/g, (letter) => ligatures[letter]!);
}

/** The ideographic blank, full-width Latin, half-width kana and raised digits as their plain forms. */
function plainWidth(text: string): string {
  const plain = text.replace(otherWidths, (run) => run.normalize("NFKC"));
  // A half-width voiced mark stands behind its letter; the plain form is one character.
  return plain === text ? text : plain.normalize("NFC");
}

const katakanaAboveHiragana = 0x60;

function hiragana(text: string): string {
  return text.replace(/[\u30a1-\u30f6\u30fd\u30fe]/g, (letter) =>
    String.fromCharCode(letter.charCodeAt(0) - katakanaAboveHiragana),
  );
}

function lowerCase(text: string): string {
  return text.toLowerCase();
}

function withoutAccents(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "");
}
