/** What texts of one collation ignore when they are held to be equal. */
export interface TextRules {
  readonly isBinary: boolean;
  readonly ignoresCase: boolean;
  readonly ignoresAccents: boolean;
  /** The text without what the collation ignores: equal names are equal then. */
  fold(text: string): string;
  /** Equal values have equal keys: folded, and trailing blanks never count. */
  key(text: string): string;
}

const cached = new Map<string, TextRules>();

/** Read from the collation's name: `_CS`, `_AI`, `_BIN`, `_BIN2`; without them case is ignored and accents count. */
export function textRules(collation: string): TextRules {
  const found = cached.get(collation);
  if (found) return found;
  const made = make(collation);
  cached.set(collation, made);
  return made;
}

function make(collation: string): TextRules {
  const isBinary = /_BIN2?$/i.test(collation);
  const ignoresCase = !isBinary && !/_CS(_|$)/i.test(collation);
  const ignoresAccents = !isBinary && /_AI(_|$)/i.test(collation);
  const fold = (text: string) => {
    const cased = ignoresCase ? text.toLowerCase() : text;
    return ignoresAccents ? cased.normalize("NFD").replace(/\p{M}/gu, "") : cased;
  };
  const key = (text: string) => fold(text.endsWith(" ") ? text.replace(/ +$/, "") : text);
  return { isBinary, ignoresCase, ignoresAccents, fold, key };
}
