import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * The licences of the packages whose code is in a bundle, for the file beside it: minifying takes them out of the code.
 * @param inputs files of the bundle, relative to `root`
 */
export function licencesOf(inputs: readonly string[], root: string): string {
  const folders = inputs.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0] ?? []);
  return [...new Set(folders)]
    .sort()
    .map((folder) => licenceOf(path.join(root, folder)))
    .join("\n");
}

function licenceOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  const text = file ? readFileSync(path.join(folder, file), "utf8").trim() : "(The package holds no text of it.)";
  return `${"=".repeat(80)}\n${name} ${version}: ${license}\n\n${text}\n`;
}
