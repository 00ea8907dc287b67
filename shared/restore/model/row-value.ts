/**
 * Row values, keys and what SQL Server says of them are for people with the role `data-reader` alone. They are marked where they enter a
 * sentence; the code that shows the sentence shows what is marked, or says which role may see it. So a sentence, and the hash of a plan that holds it,
 * is the same for everybody. The marks are code points that no text has (Unicode noncharacters, for internal use).
 */
const begin = "\uFDD0";
const end = "\uFDD1";
const anyMark = /[\uFDD0\uFDD1]/g;
/** To the end of the text where a sentence was cut. */
const marked = /\uFDD0[^\uFDD1]*(?:\uFDD1|$)/g;

/** What stands in the place of something that the reader may not see. */
export const forDataReaders = "(shown to data-reader)";

/** A part of a sentence that holds values of rows. */
export function rowValue(text: string): string {
  return `${begin}${withValues(text)}${end}`;
}

export function holdsValues(text: string): boolean {
  return text.includes(begin);
}

/** For a data-reader. */
export function withValues(text: string): string {
  return text.replace(anyMark, "");
}

/** For everybody, and for logs. */
export function withoutValues(text: string): string {
  return text.replace(marked, forDataReaders).replace(anyMark, "");
}
