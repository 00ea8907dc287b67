import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { buildFunctions } from "../../../deploy/build";
import type { LoadedCode } from "../../../shared/loaded-code";
import { closeScenes, deploy, temporaryFolder } from "../../emulator/fc/scene";

afterEach(closeScenes);

const repository = path.resolve(__dirname, "../../..");

/** A built function that answers how it was loaded. */
async function builtFunction(): Promise<{ readonly folder: string; readonly cache: string }> {
  const functionsRoot = temporaryFolder(path.join(repository, "dist"));
  mkdirSync(path.join(functionsRoot, "work"));
  writeFileSync(
    path.join(functionsRoot, "work/index.ts"),
    `import { loadedCode } from "${repository}/shared/loaded-code"; export const handler = async () => loadedCode();`,
  );
  const [built] = await buildFunctions({ functionsRoot, outputRoot: temporaryFolder() });
  const cache = readdirSync(built!.folder).find((file) => file.endsWith(".cache"));
  return { folder: built!.folder, cache: path.join(built!.folder, cache!) };
}

async function loadedFrom(folder: string): Promise<LoadedCode> {
  const { compute } = await deploy({ work: { source: "", props: { code: folder } } });
  return JSON.parse((await compute.invoke("work", "")).payload.toString("utf8"));
}

describe("the loader of a bundle", () => {
  it("the loader of a bundle takes the code cache that was made by the same Node", async () => {
    const { folder } = await builtFunction();
    expect(await loadedFrom(folder)).toEqual({
      node: process.version,
      codeCache: "accepted",
      readyMs: expect.any(Number),
    });
  });

  it("the loader of a bundle is found by a runtime that imports it, and by one that requires it", async () => {
    const index = JSON.stringify(path.join((await builtFunction()).folder, "index.js"));
    const run = (...options: string[]) => execFileSync(process.execPath, options, { encoding: "utf8" });
    const source = `import { handler } from ${index}; console.log(typeof handler);`;
    expect(run("--input-type=module", "-e", source)).toBe("function\n");
    expect(run("-e", `console.log(typeof require(${index}).handler)`)).toBe("function\n");
  });

  it.each([
    ["is missing", "absent", (file: string) => rmSync(file)],
    [
      "was made by another Node",
      "absent",
      (file: string) => renameSync(file, file.replace(process.version, "v20.0.0")),
    ],
    ["is no cache", "refused", (file: string) => writeFileSync(file, "what is this")],
    ["is empty", "refused", (file: string) => writeFileSync(file, "")],
  ])("the loader of a bundle runs the bundle without a word when the cache %s", async (_, codeCache, change) => {
    const { folder, cache } = await builtFunction();
    change(cache);
    expect(await loadedFrom(folder)).toMatchObject({ codeCache });
  });
});
