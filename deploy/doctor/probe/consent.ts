import { createInterface } from "node:readline/promises";
import type { Readable } from "node:stream";

/** What has to be typed; nothing else is a yes. */
export const consentText = "yes";

/** Where the answer comes from: the process's own input, or a test's. */
export type AnswerInput = Readable & { readonly isTTY?: boolean };

/**
 * Asks a person at a terminal. Without a terminal only the exact word that was piped counts: an end of the input, an empty line or `y` is
 * no yes.
 */
export async function agrees(input: AnswerInput, question: string, output: NodeJS.WritableStream): Promise<boolean> {
  if (!input.isTTY) return (await textOf(input)).replace(/\r?\n$/, "") === consentText;
  const terminal = createInterface({ input, output });
  const answer = await terminal.question(`${question} Type ${consentText} to begin: `);
  terminal.close();
  return answer.trim() === consentText;
}

async function textOf(input: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of input) {
    chunks.push(Buffer.from(chunk as Buffer));
    // `yes | …` never ends.
    if (chunks.length > 10) break;
  }
  return Buffer.concat(chunks).toString("utf8");
}
