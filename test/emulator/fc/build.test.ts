import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { buildFunctions } from "../../../deploy/build";
import { closeScenes, deploy, temporaryFolder } from "./scene";

afterEach(closeScenes);

/** Sources lie under the repository, so that they find its packages. */
const repository = path.resolve(__dirname, "../../..");

function sources(functions: Record<string, string>): { functionsRoot: string; outputRoot: string } {
  const functionsRoot = temporaryFolder(path.join(repository, "dist"));
  for (const [name, text] of Object.entries(functions)) {
    mkdirSync(path.join(functionsRoot, name));
    writeFileSync(path.join(functionsRoot, name, "index.ts"), text);
  }
  return { functionsRoot, outputRoot: temporaryFolder() };
}

describe("the build", () => {
  it("the build makes one folder per function, which the local cloud runs", async () => {
    const roots = sources({
      second: `export const handler = async (event: Uint8Array): Promise<string> => "second " + event;`,
      first:
        "class LongErrorName extends Error {}; export const handler = async () => { throw new LongErrorName('x'); };",
    });
    mkdirSync(path.join(roots.functionsRoot, "no-function"));
    const built = await buildFunctions(roots);
    expect(built.map(({ name, folder }) => [name, path.relative(roots.outputRoot, folder)])).toEqual([
      ["first", "first"],
      ["second", "second"],
    ]);
    for (const { folder, bundle, bytes } of built) {
      expect(bytes).toBe(statSync(bundle).size);
      const hash = path.parse(bundle).name;
      const cache = `${hash}-${process.version}-${process.platform}-${process.arch}.cache`;
      expect(readdirSync(folder).sort()).toEqual([`${hash}.js`, cache, "index.js", "licences.txt"].sort());
    }
    const props = { code: path.join(roots.outputRoot, "second") };
    const { compute } = await deploy({ second: { source: "", props } });
    expect((await compute.invoke("second", "call")).payload.toString()).toBe("second call");
    expect(readFileSync(built[0]?.bundle ?? "", "utf8")).toContain('"LongErrorName"');
  });

  it("the build removes the bundle of the build before, and leaves the settings", async () => {
    const roots = sources({ work: "export const handler = async () => 1;" });
    const [before] = await buildFunctions(roots);
    writeFileSync(path.join(before!.folder, "settings.json"), "{}");
    writeFileSync(path.join(roots.functionsRoot, "work/index.ts"), "export const handler = async () => 2;");
    const [after] = await buildFunctions(roots);
    expect(after!.bundle).not.toBe(before!.bundle);
    const files = readdirSync(after!.folder);
    expect(files).toContain("settings.json");
    expect(files.filter((file) => file.startsWith(path.parse(before!.bundle).name))).toEqual([]);
  });

  it("bundles the queue client, and the SQL Server driver without cloud identity", async () => {
    const roots = sources({
      work: `import Client from "@alicloud/mns";
        import { Connection } from "tedious";
        export const handler = async () => {
          const options = { clientId: "c", tenantId: "t", userName: "u", password: "p" };
          const authentication = { type: "azure-active-directory-password", options };
          return { client: typeof Client, driver: typeof new Connection({ server: "127.0.0.1", authentication } as never) };
        };`,
    });
    const [built] = await buildFunctions(roots);
    const code = readFileSync(built?.bundle ?? "", "utf8");
    expect(code).not.toContain("babel-runtime");
    expect(code).toContain("@azure/identity is left out of the bundle");
    const { compute } = await deploy({ work: { source: "", props: { code: path.join(roots.outputRoot, "work") } } });
    const { payload } = await compute.invoke("work", "");
    expect(JSON.parse(payload.toString("utf8"))).toEqual({ client: "function", driver: "object" });
  });

  it("the build writes source maps beside the bundle when asked", async () => {
    const roots = sources({ work: "export const handler = async () => 1;" });
    const [built] = await buildFunctions({ ...roots, sourceMaps: true });
    const map = JSON.parse(readFileSync(`${built?.bundle}.map`, "utf8"));
    expect(map.sources).toContainEqual(expect.stringMatching(/work\/index\.ts$/));
  });

  it("the build fails when there is nothing to build, and when the source is broken", async () => {
    await expect(buildFunctions({ functionsRoot: temporaryFolder() })).rejects.toThrow("There is no <name>/index.ts");
    await expect(buildFunctions(sources({ work: "export const = 1;" }))).rejects.toThrow("index.ts:1:13");
  });
});
