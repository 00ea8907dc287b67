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
  it("takes the code cache that was made by the same Node", async () => {
    const { folder } = await builtFunction();
    expect(await loadedFrom(folder)).toEqual({
      node: process.version,
      codeCache: "accepted",
      readyMs: expect.any(Number),
    });
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
  ])("runs the bundle without a word when the cache %s", async (_, codeCache, change) => {
    const { folder, cache } = await builtFunction();
    change(cache);
    expect(await loadedFrom(folder)).toMatchObject({ codeCache });
  });
});
