import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parse } from "yaml";
import { stepFunctions } from "../shared/restore/model/states";
import { circles, filesBelow as filesBelowOf, valueImports } from "./structure/value-imports";

/** The rules of the code base, held by a test: layers, clocks, names, and that s.yaml, folders, queues and states agree. */
const root = join(__dirname, "..");

const filesBelow = (folder: string) => filesBelowOf(root, folder);

const read = (path: string) => readFileSync(join(root, path), "utf8");

function importsOf(path: string): string[] {
  const specifiers = [...read(path).matchAll(/(?:from|import|require\()\s*["']([^"']+)["']/g)].map(
    (match) => match[1]!,
  );
  return specifiers.map((specifier) =>
    specifier.startsWith(".") ? relative(root, join(root, path, "..", specifier)) : specifier,
  );
}

const importing = (folder: string, isForbidden: (imported: string) => boolean) =>
  filesBelow(folder).flatMap((path) =>
    importsOf(path)
      .filter(isForbidden)
      .map((imported) => `${path} imports ${imported}`),
  );

describe("layers", () => {
  test("the local cloud imports nothing of the product", () => {
    expect(importing("emulator", (name) => /^(shared|functions|cli|deploy)\//.test(name))).toEqual([]);
  });

  test("the product imports nothing of the local cloud", () => {
    for (const folder of ["shared", "functions"])
      expect(importing(folder, (name) => /^(emulator|test|cli)\//.test(name))).toEqual([]);
  });

  test("no files of the product import values in a circle", () => {
    expect(circles(valueImports(root, ["functions", "shared"]))).toEqual([]);
  });

  test("the search for circles finds one of two files and one of three, and takes types for none", () => {
    const imports = new Map([
      ["a", ["b"]],
      ["b", ["a", "c"]],
      ["c", ["d"]],
      ["d", ["e"]],
      ["e", ["c"]],
      ["f", ["a"]],
    ]);
    expect(circles(imports)).toEqual([
      ["c", "d", "e"],
      ["a", "b"],
    ]);
    expect(valueImports(root, ["shared/restore"]).get("shared/restore/decision-context.ts")).toEqual([]);
  });

  test("only the engine's step and the observers import the deciders", () => {
    const users = ["shared", "functions", "deploy", "cli"]
      .flatMap((folder) => importing(folder, (name) => /^shared\/restore\/decide(\/|$)/.test(name)))
      .filter((found) => !/^shared\/(restore\/decide\/|engine\/step\.ts |engine\/observe\/)/.test(found));
    expect(users).toEqual([]);
  });

  test("arrows point inward: the cloud's clients know neither the domain nor what is built on them", () => {
    const outer = /^shared\/(restore|verification|engine|api|alerts|store|messaging|handlers)(\/|$)/;
    expect(importing("shared/cloud", (name) => outer.test(name))).toEqual([]);
    for (const folder of ["shared/verification", "shared/store", "shared/messaging"])
      expect(importing(folder, (name) => /^shared\/(engine|api|alerts|handlers)(\/|$)/.test(name))).toEqual([]);
    expect(importing("shared/alerts", (name) => /^shared\/(api|handlers)(\/|$)/.test(name))).toEqual([]);
    expect(importing("shared/engine", (name) => /^shared\/(api|alerts|handlers)(\/|$)/.test(name))).toEqual([]);
    expect(importsOf("shared/config.ts").filter((name) => /^shared\/(api|engine|handlers)\//.test(name))).toEqual([]);
  });

  test("the domain does no I/O: it imports types of the ports, pure readings of them, zod, and hashing only", () => {
    const allowed =
      /^(shared\/restore\/|shared\/(object-name|canonical-json)$|shared\/check-sql\/|shared\/cloud\/(rds|dts|sql-server|sql-server\/unique-keys|statuses|cloud-error)$|zod$)/;
    expect(importing("shared/restore", (name) => !allowed.test(name))).toEqual([]);
    const runtimeImports = filesBelow("shared/restore").flatMap((path) =>
      [...read(path).matchAll(/^import (?!type)[^;]*from "(\.\.\/)+cloud\/(rds|dts|sql-server)"/gm)].map(
        (match) => `${path}: ${match[0]}`,
      ),
    );
    expect(runtimeImports).toEqual([]);
  });

  test("which addresses functions reach is judged in one place", () => {
    const users = filesBelow("shared").filter((path) => read(path).includes(".listAddresses("));
    expect(users).toEqual(["shared/engine/connect.ts"]);
  });

  test("handlers are wiring", () => {
    for (const path of filesBelow("functions")) expect(read(path).split("\n").length).toBeLessThan(30);
  });
});

describe("sources and write-back modes", () => {
  test("nothing outside their folders asks which one it is: what differs by them is in their rows", () => {
    const asks =
      /(?:===|!==|case)\s*"(?:side-by-side|same-name|missing-rows|native)"|\b(?:mode|writeBack)\s*[!=]==|\bkind\s*[!=]==\s*"(?:native|auto)"/;
    const found = ["shared", "functions"]
      .flatMap(filesBelow)
      .filter((path) => !/^shared\/restore\/(source|write-back)\//.test(path))
      .filter((path) => asks.test(stripComments(read(path))));
    expect(found).toEqual([]);
  });
});

describe("time and chance", () => {
  test("come from outside everywhere but at the edges", () => {
    const edges = new Set([
      "shared/clock.ts",
      "shared/handlers/wiring.ts",
      "emulator/core/clock.ts",
      "emulator/core/random.ts",
    ]);
    const banned = /\bDate\.now\(|\bMath\.random\b|new Date\(\)/;
    const found = [...filesBelow("shared"), ...filesBelow("emulator")].filter(
      (path) => !edges.has(path) && banned.test(stripComments(read(path))),
    );
    expect(found).toEqual([]);
  });

  test("the environment has one reader", () => {
    const found = [...filesBelow("shared"), ...filesBelow("functions")].filter((path) =>
      /process\.env/.test(stripComments(read(path))),
    );
    expect(found.filter((path) => path !== "shared/handlers/wiring.ts" && path !== "shared/config.ts")).toEqual([]);
  });
});

describe("names", () => {
  test("no file is a bucket", () => {
    const all = ["shared", "emulator", "functions", "deploy", "cli", "test"].flatMap(filesBelow);
    expect(
      all.filter((path) => /(^|\/)(utils?|helpers?|common|misc|types|constants|interfaces)(\.ts|\/)/.test(path)),
    ).toEqual([]);
  });

  test("no test is switched off or left alone", () => {
    const self = relative(root, __filename);
    const marks = /\b(it|test|describe)\.(skip|todo|only)\b|\bx(it|describe)\(/;
    expect(filesBelow("test").filter((path) => path !== self && marks.test(read(path)))).toEqual([]);
  });
});

/** Words that begin the rest of a sentence: what it is about would stand in the title of the describe alone. */
const fragment =
  /^(is|are|that|of|refuses|answers|ends|takes|does|has|leaves|shows|says|fails|may|keeps|goes|must|waits|tells|needs|gives|writes|holds|reads|deletes|stops|makes|passes|accepts|brings|knows|never|it|they) /;

/** Titles as texts; those behind a table follow its closing bracket. */
function titlesIn(code: string): string[] {
  const calls = /(?:\b(?:it|test)(?:\.concurrent)?|[\])`])\(\s*(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`),\s*(?:async )?\(/g;
  return [...code.matchAll(calls)].map((match) => (match[1] ?? match[2])!);
}

describe("sentences", () => {
  test("a title of a test says what it is about without its describe", () => {
    const self = relative(root, __filename);
    const titles = filesBelow("test")
      .filter((path) => path !== self && path.endsWith(".test.ts"))
      .flatMap((path) => titlesIn(read(path)).map((title) => ({ path, title })));
    expect(titles.length).toBeGreaterThan(1_500);
    expect(titles.filter(({ title }) => fragment.test(title))).toEqual([]);
  });

  test("the search for titles finds those of single tests and of tables", () => {
    const found = titlesIn(
      'test("is one", () => {}); it.each([["a"]])("refuses %s", async () => {}); test.concurrent("A", () => {})',
    );
    expect(found).toEqual(["is one", "refuses %s", "A"]);
    expect(found.filter((title) => fragment.test(title))).toHaveLength(2);
  });

  test("what was left untouched is said in a sentence of its own", () => {
    const within = /[^\n]{0,40}\bnothing (?:was|were) [a-z]+/g;
    const found = ["shared", "functions", "deploy", "cli", "emulator"]
      .flatMap(filesBelow)
      .flatMap((path) => [...stripComments(read(path)).matchAll(within)].map(([said]) => `${path}: ${said}`));
    expect(found).toEqual([]);
  });
});

describe("s.yaml, folders, queues and states", () => {
  interface Trigger {
    triggerType: string;
    triggerConfig: { eventSourceConfig?: { eventSourceParameters: { sourceMNSParameters: { QueueName: string } } } };
  }
  const resources = (
    parse(read("s.yaml"), { merge: true }) as {
      resources: Record<string, { props: { functionName: string; code: string; triggers?: Trigger[] } }>;
    }
  ).resources;
  const folders = readdirSync(join(root, "functions")).sort();

  test("each folder is a function of s.yaml, and the reverse", () => {
    expect(Object.keys(resources).sort()).toEqual(folders);
    for (const [name, resource] of Object.entries(resources)) {
      expect(resource.props.code).toBe(`./dist/functions/${name}`);
      expect(resource.props.functionName).toMatch(new RegExp(`-${name}$`));
    }
  });

  test("each function that moves restores has a folder and a queue of its name", () => {
    for (const name of [...stepFunctions, "restore-on-alert"]) {
      const queues = (resources[name]?.props.triggers ?? []).flatMap(
        (trigger) => trigger.triggerConfig.eventSourceConfig?.eventSourceParameters.sourceMNSParameters.QueueName ?? [],
      );
      expect(queues).toEqual([expect.stringMatching(new RegExp(`-${name}$`))]);
    }
  });
});

function stripComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[^:"'`])\/\/.*$/gm, "$1");
}
