import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { build, type Plugin } from "esbuild";
import iconv from "iconv-lite";
import { codepageByLanguageId, codepageBySortId } from "tedious/lib/collation";
import { findIana, WINDOWS_TO_IANA_MAP } from "windows-iana";
import { trimCompiledProto } from "../../../deploy/bundles/compiled-proto";
import { packagePlugins } from "../../../deploy/bundles/plugins";

const repository = path.resolve(__dirname, "../../..");
const packages = path.join(repository, "node_modules");

/** What a module exports when it is bundled as the functions are. */
async function bundled<Exports>(source: string): Promise<Exports> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: repository },
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    plugins: packagePlugins as Plugin[],
  });
  const module = { exports: {} as Exports };
  new Function("module", "exports", "require", outputFiles[0]!.text)(module, module.exports, require);
  return module.exports;
}

describe("what bundles leave out of packages", () => {
  it("what bundles leave out of packages leaves every code page of SQL Server, each of its characters", async () => {
    const { decode } = await bundled<{ decode: typeof iconv.decode }>(
      'import iconv from "iconv-lite"; export const decode = (...given) => iconv.decode(...given);',
    );
    const codePages = new Set([...Object.values(codepageByLanguageId), ...Object.values(codepageBySortId)]);
    expect(codePages.size).toBeGreaterThan(10);
    const pairs = Buffer.from(Array.from({ length: 0x10000 }, (_, index) => [index >> 8, index & 0xff]).flat());
    for (const codePage of codePages) expect(decode(pairs, codePage)).toBe(iconv.decode(pairs, codePage));
  });

  it("what bundles leave out of packages knows the first name of every time zone of Windows", async () => {
    const small = await bundled<{ findIana: typeof findIana }>('export { findIana } from "windows-iana";');
    for (const { windowsName } of WINDOWS_TO_IANA_MAP)
      expect(small.findIana(windowsName)).toEqual(findIana(windowsName).slice(0, 1));
    for (const unknown of ["", "constructor", "No Such Time"]) expect(small.findIana(unknown)).toEqual([]);
  });

  it("what bundles leave out of packages says what is left out when something asks for it", async () => {
    const { parse } = await bundled<{ parse: () => unknown }>(
      'import * as dara from "@darabonba/typescript"; export const parse = () => dara.XML.parseXml("<a/>", null);',
    );
    expect(parse).toThrow("xml2js is left out of the bundle.");
  });

  it("merges as the whole of lodash does", async () => {
    const { merge } = await bundled<{ merge: (left: object, right: object) => object }>(
      'export { merge } from "@darabonba/typescript";',
    );
    expect(merge({ query: { a: "1" } }, { query: { b: "2" } })).toEqual({ query: { a: "1", b: "2" } });
  });
});

describe("the compiled messages of Tablestore", () => {
  const client = path.join(packages, "tablestore/lib");
  const compiled = path.join(client, "protocol/tablestore_compiled_proto.js");

  it("the compiled messages of Tablestore loses members that the client's source calls nowhere", () => {
    const files = readdirSync(client, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".js"));
    const calls = files
      .filter((file) => path.join(client, file) !== compiled)
      .filter((file) =>
        /\.(encodeDelimited|decodeDelimited|verify|fromObject|toObject|toJSON)\b/.test(
          readFileSync(path.join(client, file), "utf8"),
        ),
      );
    expect(calls).toEqual([]);
  });

  it("the compiled messages of Tablestore keeps every other message, with its fields", () => {
    const whole = readFileSync(compiled, "utf8");
    const trimmed = trimCompiledProto(whole);
    expect(trimmed.length).toBeLessThan(whole.length / 3);
    const fields = (code: string) => code.match(/^ +\w+\.(prototype\.\w+|create|encode|decode) = /gm) ?? [];
    const rest = whole.replace(/^\$root\.search = [\s\S]*?^\}\)\(\);$/m, "");
    expect(fields(trimmed)).toEqual(fields(rest).filter((line) => !line.includes("prototype.toJSON")));
  });

  it.each(["", "$root.search = (function() {\n})();\nA.verify = function verify() {};\n"])(
    "the compiled messages of Tablestore are refused in a form that is not known: %j",
    (code) => {
      expect(() => trimCompiledProto(code)).toThrow("tablestore's compiled messages have another form");
    },
  );
});

describe("the bundles", () => {
  const functions = path.join(repository, "dist/functions");

  it.each(readdirSync(path.join(repository, "functions")))("%s is small, and the licences lie beside it", (name) => {
    const folder = path.join(functions, name);
    const [bundle] = readdirSync(folder).filter((file) => file.endsWith(".js") && file !== "index.js");
    const code = readFileSync(path.join(folder, bundle!));
    const speaksSql = code.includes("tedious");
    expect(code.length).toBeLessThan(speaksSql ? 2_000_000 : 1_200_000);
    // The loader takes it for ASCII.
    expect(code.every((byte) => byte < 128)).toBe(true);
    const licences = readFileSync(path.join(folder, "licences.txt"), "utf8");
    for (const part of ["tablestore ", "zod ", "Apache License", "MIT License"]) expect(licences).toContain(part);
    expect(licences.includes("tedious ")).toBe(speaksSql);
  });
});
