import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { reasons } from "../shared/restore/model/reasons";

/** What every document says of the project's files and commands, held against the project. Tables are held by readme.test.ts. */
const root = join(__dirname, "..");
const documents = [
  ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`),
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "README.md",
  "emulator/README.md",
  "test/simulation/exhaustive/what-it-found.md",
].filter((name) => name.endsWith(".md"));
const textOf = (name: string) => readFileSync(join(root, name), "utf8");
const headingsOf = (text: string) => [...text.matchAll(/^#+ (.+)$/gm)].map((match) => match[1]!);
/** The anchors that a heading gets on the pages that show these documents: lower case, signs left out, a dash for each blank. */
const anchorsOf = (text: string) =>
  headingsOf(text).map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replace(/ /g, "-"),
  );

test.each(documents)("%s names files that exist", (name) => {
  const named = [
    ...textOf(name).matchAll(
      /`((?:shared|functions|emulator|deploy|cli|console|docs|test|\.ci|\.github)\/[\w./-]*\w\/?)`/g,
    ),
  ];
  expect(named.map((match) => match[1]!).filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test.each(documents)("%s links to files that exist", (name) => {
  const targets = [...textOf(name).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map((match) => match[1]!);
  expect(targets.filter((target) => !existsSync(join(root, name, "..", target)))).toEqual([]);
});

test.each(documents)("%s links to headings that exist", (name) => {
  const links = [...textOf(name).matchAll(/\]\(([^)#:]*)#([^)]+)\)/g)];
  const missing = links.filter(([, target, anchor]) => {
    const linked = target === "" ? name : relative(root, join(root, name, "..", target!));
    return !anchorsOf(textOf(linked)).includes(anchor!);
  });
  expect(missing.map(([link]) => link)).toEqual([]);
});

test("the example of the settings names documents and headings that exist", () => {
  const named = [...textOf("rewind.example.yaml").matchAll(/`(\S+\.md)`, "([^"]+)"/g)];
  expect(named.length).toBeGreaterThan(0);
  const missing = named.filter(([, file, heading]) => !headingsOf(textOf(file!)).includes(heading!));
  expect(missing.map(([text]) => text)).toEqual([]);
  expect(textOf("rewind.example.yaml")).not.toContain("README");
});

test.each(documents)("%s names commands that exist", (name) => {
  const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Record<string, string> };
  const commands = [...textOf(name).matchAll(/npm run ([a-z:]+)/g)].map((match) => match[1]!);
  expect(commands.filter((command) => scripts[command] === undefined)).toEqual([]);
});

test("the guide for operators says what to do for every reason, and names no other", () => {
  const section = textOf("docs/operations.md")
    .split(/^## /m)
    .find((part) => part.startsWith("What a reason asks"))!;
  const named = [...section.matchAll(/^\|((?: `[\w-]+`)+) \|/gm)].flatMap((row) => [
    ...row[1]!.matchAll(/`([\w-]+)`/g),
  ]);
  expect(named.map((match) => match[1]!).sort()).toEqual(Object.keys(reasons).sort());
});

test("the guide for operators names lines of the log that are written", () => {
  const source = (readdirSync(join(root, "shared"), { recursive: true }) as string[])
    .filter((name) => name.endsWith(".ts"))
    .map((name) => textOf(`shared/${name}`))
    .join("");
  const section = textOf("docs/operations.md")
    .split(/^## /m)
    .find((part) => part.startsWith("Alarms to set"))!;
  const [, lines] = section.split("| line of the log |");
  const named = [
    ...[...section.matchAll(/"msg":"([^"]+)"/g)].map((match) => match[1]!),
    ...[...lines!.matchAll(/^\| (`.+`) \|/gm)].flatMap((row) => [...row[1]!.matchAll(/`([^`]+)`/g)].map((m) => m[1]!)),
  ];
  expect(named.length).toBeGreaterThan(7);
  expect(named.filter((line) => !source.includes(`"${line}"`))).toEqual([]);
});

test("the procedure names tests that exist", () => {
  const titles = textOf("docs/procedure.md").matchAll(/`(test\/[\w./-]+\.test\.ts)`, "([^"…]+)/g);
  const missing = [...titles].filter(([, file, title]) => !textOf(file!).includes(title!.trim()));
  expect(missing.map(([, file, title]) => `${file}: ${title}`)).toEqual([]);
  expect(textOf("docs/procedure.md").match(/`test\/[\w./-]+\.test\.ts`, "/g)!.length).toBeGreaterThan(3);
});

test("each decision says when it was made, the reason and the price", () => {
  const text = textOf("docs/decisions.md").split("## Dependencies")[0]!;
  const entries = text.split(/^(?=\*\*)/m).slice(1);
  expect(entries.length).toBeGreaterThan(50);
  const incomplete = entries.filter(
    (entry) => !/\(20\d\d-\d\d-\d\d\)/.test(entry) || !entry.includes("- *Reason*: ") || !entry.includes("- *Price*: "),
  );
  expect(incomplete.map((entry) => entry.split("\n")[0])).toEqual([]);
});
