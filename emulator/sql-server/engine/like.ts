import type { Collation } from "../values/collation";

/**
 * A LIKE pattern as a regular expression over folded texts: `%`, `_`, `[a-f]`, `[^a-f]`.
 * @param escapeCharacter the character of ESCAPE, one character or undefined
 * @param trailingBlanks non-Unicode texts match whatever blanks they end with
 */
export function likePattern(
  pattern: string,
  escapeCharacter: string | undefined,
  collation: Collation,
  trailingBlanks: boolean,
): RegExp {
  const folded = collation.fold(pattern);
  const escapeFolded = escapeCharacter === undefined ? undefined : collation.fold(escapeCharacter);
  let source = "";
  for (let index = 0; index < folded.length; index++) {
    const character = folded[index]!;
    if (character === escapeFolded && index + 1 < folded.length) {
      index++;
      source += quoted(folded[index]!);
    } else if (character === "%") source += "[\\s\\S]*";
    else if (character === "_") source += "[\\s\\S]";
    else if (character === "[") {
      const end = folded.indexOf("]", index + 1);
      // An open bracket never matches.
      if (end < 0) return /(?!)/;
      source += characterClass(folded.slice(index + 1, end));
      index = end;
    } else source += quoted(character);
  }
  return new RegExp(`^${source}${trailingBlanks ? " *" : ""}$`);
}

function characterClass(content: string): string {
  const negated = content.startsWith("^");
  const members = (negated ? content.slice(1) : content).replace(/[\\\]^]/g, "\\$&");
  if (members === "") return negated ? "[\\s\\S]" : "(?!)";
  return `[${negated ? "^" : ""}${members}]`;
}

function quoted(character: string): string {
  return character.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}
