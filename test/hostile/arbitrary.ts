import fc from "fast-check";

/** Texts that break what takes texts: control characters, halves of surrogate pairs, quotes of every kind, names of built-ins, long ones. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom("\u0000", "\ud800", "\udfff\ud800", "]", "'", '"', "`", "<![CDATA[", "%s%n", "../..", "\r\n\r\n"),
  fc.constantFrom("__proto__", "constructor", "toString", "null", "NaN", "-0", "1e999", "٣", "İ", "ﬀ", "a\u0301"),
  fc.integer({ min: 1, max: 300 }).map((length) => "x".repeat(length)),
);

/** Texts that a client can send: halves of surrogate pairs cannot be written in a URL. */
export const sentText = anyText.map((text) => text.replace(/\p{Surrogate}/gu, ""));

/** JSON values, hostile texts among them. */
export const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  anyText,
  fc.constantFrom(null, true, 0, -1, 1.5, 1e300, [], {}, [[]], Number.MAX_SAFE_INTEGER),
  fc.dictionary(anyText, fc.jsonValue()),
);

/** `value` with one of its parts, at any depth, replaced by anything, left out, doubled, or given a companion. */
export function mutated(value: unknown): fc.Arbitrary<unknown> {
  const change = fc.record({ path: fc.constantFrom(...pathsOf(value)), how: fc.nat(3), by: anyValue, name: anyText });
  return fc
    .array(change, { minLength: 1, maxLength: 2 })
    .map((changes) =>
      changes.reduce<unknown>((whole, { path, how, by, name }) => changed(whole, path, how, by, name), value),
    );
}

type Path = readonly string[];

function pathsOf(value: unknown, here: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [here];
  return [here, ...Object.entries(value).flatMap(([name, part]) => pathsOf(part, [...here, name]))];
}

function changed(value: unknown, path: Path, how: number, by: unknown, name: string): unknown {
  const [first, ...rest] = path;
  if (first === undefined || typeof value !== "object" || value === null) return by;
  const part = (value as Record<string, unknown>)[first];
  const copy: Record<string, unknown> = Object.fromEntries(Object.entries(value));
  if (rest.length > 0) copy[first] = changed(part, rest, how, by, name);
  else if (how === 0) delete copy[first];
  else if (how === 1) copy[first] = [part, part];
  else if (how === 2)
    Object.defineProperty(copy, name, { value: by, enumerable: true, configurable: true, writable: true });
  else copy[first] = by;
  return Array.isArray(value) ? Object.values(copy) : copy;
}
