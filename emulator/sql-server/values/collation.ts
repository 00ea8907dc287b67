import { type TextRules, textRules } from "../../data/text-rules";
import { type CodePage, codePage } from "./code-page";
import { nativeLast } from "./script-order";

/** How texts of one collation compare, and how the wire names it. */
export interface Collation {
  readonly name: string;
  readonly codePage: CodePage;
  /** Five bytes: LCID, comparison flags and sort id (MS-TDS 2.2.5.1.2). */
  readonly wire: Buffer;
  /** The text without what the collation ignores: case, accents. */
  fold(text: string): string;
  /** Equal texts have equal keys: folded, and trailing blanks never count. */
  key(text: string): string;
  /** A total order of keys. */
  compareKeys(left: string, right: string): number;
}

interface Language {
  readonly pattern: RegExp;
  readonly lcid: number;
  readonly codePage: number;
  readonly locale: string;
  readonly sortId?: number;
  /** Letters of its own, which come behind all others. */
  readonly native?: RegExp;
}

const languages: readonly Language[] = [
  {
    pattern: /^Chinese_(PRC|Simplified)/i,
    lcid: 0x0804,
    codePage: 936,
    locale: "zh-u-co-pinyin",
    native: /\p{sc=Han}/u,
  },
  {
    pattern: /^Chinese_(Taiwan|Traditional)/i,
    lcid: 0x0404,
    codePage: 950,
    locale: "zh-Hant-u-co-stroke",
    native: /\p{sc=Han}/u,
  },
  { pattern: /^Japanese/i, lcid: 0x0411, codePage: 932, locale: "ja" },
  { pattern: /^Korean/i, lcid: 0x0412, codePage: 949, locale: "ko", native: /[\p{sc=Hangul}\p{sc=Han}]/u },
  { pattern: /^Cyrillic/i, lcid: 0x0419, codePage: 1251, locale: "ru", native: /\p{sc=Cyrillic}/u },
  { pattern: /^SQL_Latin1_General_CP1_/i, lcid: 0x0409, codePage: 1252, locale: "en", sortId: 52 },
  { pattern: /^Latin1_General/i, lcid: 0x0409, codePage: 1252, locale: "en" },
];

const cached = new Map<string, Collation>();

const rulesPart = /_(?:C[IS]_A[IS](?:_KS)?(?:_WS)?(?:_VSS)?(?:_SC)?(?:_UTF8)?|BIN2?(?:_UTF8)?)$/i;
const unplayedPart = /_(?:VSS|SC|UTF8)(?:_|$)/i;

/**
 * Is this a collation whose rules the local cloud knows? `elsewhere`: SQL Server may have it; `no`: it cannot, by the form of
 * its name.
 */
export function isKnownCollation(name: string): "yes" | "elsewhere" | "no" {
  if (!rulesPart.test(name)) return "no";
  const known = languages.some((language) => language.pattern.test(name)) && !unplayedPart.test(name);
  return known ? "yes" : "elsewhere";
}

/** Collations of other languages compare like Latin1_General. */
export function collationOf(name: string): Collation {
  const found = cached.get(name);
  if (found) return found;
  const made = make(name);
  cached.set(name, made);
  return made;
}

function make(name: string): Collation {
  const language = languages.find((candidate) => candidate.pattern.test(name)) ?? languages.at(-1)!;
  const rules = textRules(name);
  const order = language.native
    ? nativeLast(language.locale, language.native)
    : new Intl.Collator(language.locale, { sensitivity: "variant" }).compare;
  return {
    name,
    codePage: codePage(language.codePage),
    wire: wireBytes(language, rules, name),
    fold: rules.fold,
    key: rules.key,
    compareKeys(left, right) {
      if (left === right) return 0;
      // What the language orders alike but the keys tell apart still needs an order, or paging would skip rows.
      return (rules.isBinary ? 0 : order(left, right)) || (left < right ? -1 : 1);
    },
  };
}

function wireBytes(language: Language, rules: TextRules, name: string): Buffer {
  const flags = rules.isBinary
    ? /_BIN2$/i.test(name)
      ? 0x200
      : 0x100
    : (rules.ignoresCase ? 0x10 : 0) |
      (rules.ignoresAccents ? 0x20 : 0) |
      (rules.ignoresKana ? 0x40 : 0) |
      (rules.ignoresWidth ? 0x80 : 0);
  const bytes = Buffer.alloc(5);
  bytes.writeUInt32LE((language.lcid | (flags << 16)) >>> 0, 0);
  bytes.writeUInt8(rules.isBinary ? 0 : (language.sortId ?? 0), 4);
  return bytes;
}
