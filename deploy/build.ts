import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { build, type Plugin, transform } from "esbuild";
import { licencesOf } from "./bundles/licences";
import { packagePlugins } from "./bundles/plugins";

/**
 * One function as it is deployed: a folder with `index.js`, which loads the bundle; the bundle, named by its content; V8's code cache of
 * it; and the licences of the packages in it.
 */
export interface BuiltFunction {
  readonly name: string;
  readonly folder: string;
  /** The file of the bundle. */
  readonly bundle: string;
  /** Of the bundle. */
  readonly bytes: number;
}

export interface BuildOptions {
  /** Folder of `<name>/index.ts`. Default `functions` of this repository. */
  readonly functionsRoot?: string;
  /** Default `dist/functions`, where `s.yaml` looks. */
  readonly outputRoot?: string;
  /** Write a source map beside the bundle. It is not referred to from the bundle, so it need not be deployed. */
  readonly sourceMaps?: boolean;
}

const repository = path.resolve(__dirname, "..");

/** Bundles every function that has a folder. @throws esbuild's BuildFailure, or Error when there is nothing to build. */
export async function buildFunctions(options: BuildOptions = {}): Promise<BuiltFunction[]> {
  const functionsRoot = options.functionsRoot ?? path.join(repository, "functions");
  const outputRoot = options.outputRoot ?? path.join(repository, "dist", "functions");
  const names = readdirSync(functionsRoot)
    .filter((name) => existsSync(path.join(functionsRoot, name, "index.ts")))
    .sort();
  if (names.length === 0) throw new Error(`There is no <name>/index.ts under ${functionsRoot}.`);
  const { metafile } = await build({
    entryPoints: Object.fromEntries(names.map((name) => [name, `function:${path.join(functionsRoot, name)}`])),
    entryNames: "[name]/[hash]",
    outdir: outputRoot,
    absWorkingDir: repository,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    minify: true,
    // The loader reads it so. It is also what esbuild does by default.
    charset: "ascii",
    // Error classes are told apart by name in logs.
    keepNames: true,
    sourcemap: options.sourceMaps ? "external" : false,
    // They lie beside the bundle, whole: in the code there are only some.
    legalComments: "none",
    logLevel: "silent",
    metafile: true,
    plugins: [entries, ...packagePlugins],
  });
  const built = Object.entries(metafile.outputs).flatMap(([output, { entryPoint, bytes, inputs }]) => {
    if (!entryPoint) return [];
    const bundle = path.join(repository, output);
    const folder = path.dirname(bundle);
    return [{ name: path.basename(folder), folder, bundle, bytes, inputs: Object.keys(inputs) }];
  });
  for (const { folder, bundle, inputs } of built) {
    removeOthers(folder, bundle);
    writeFileSync(path.join(folder, "licences.txt"), licencesOf(inputs, repository));
    writeFileSync(path.join(folder, "index.js"), await loaderOf(bundle));
  }
  const writer = path.join(__dirname, "bundles", "write-caches.cjs");
  await promisify(execFile)(process.execPath, [writer, ...built.map(({ bundle }) => bundle)]);
  return built.map(({ name, folder, bundle, bytes }) => ({ name, folder, bundle, bytes }));
}

/** What a bundle exports: what its function does, and `loadEverything` for the code cache. */
const entries: Plugin = {
  name: "entries",
  setup(setup) {
    setup.onResolve({ filter: /^function:/ }, ({ path: entry }) => ({
      path: entry.slice("function:".length),
      namespace: "function",
    }));
    setup.onLoad({ filter: /.*/, namespace: "function" }, ({ path: folder }) => ({
      contents: `export * from "./index";
        export { loadEverything } from ${JSON.stringify(path.join(repository, "shared/handlers/first-use"))};`,
      resolveDir: folder,
    }));
  },
};

/** Of an earlier build; the settings of the deployment stay. */
function removeOthers(folder: string, bundle: string): void {
  const ours = path.parse(bundle).name;
  for (const file of readdirSync(folder))
    if (/\.(js|map|cache)$/.test(file) && file !== "index.js" && !file.startsWith(ours))
      rmSync(path.join(folder, file));
}

/** `index.js`, which names the bundle: what it loads cannot be of another build. */
async function loaderOf(bundle: string): Promise<string> {
  const source = readFileSync(path.join(__dirname, "bundles", "loader.ts"), "utf8");
  const define = { bundleName: JSON.stringify(path.parse(bundle).name) };
  return (await transform(source, { loader: "ts", format: "cjs", target: "node20", minify: true, define })).code;
}

/**
 * Puts the variables that are too long for the environment beside each bundle, where the function reads them.
 * @param functionsFolder with one folder per function, such as `dist/functions`
 */
export function writeBundledVariables(functionsFolder: string, variables: Readonly<Record<string, string>>): void {
  for (const name of readdirSync(functionsFolder))
    writeFileSync(path.join(functionsFolder, name, "settings.json"), `${JSON.stringify(variables, null, 2)}\n`);
}

/** Short hash of what is deployed from a folder of bundles: `index.js` has the hash of its bundle in it, and the code cache follows from it. */
export function hashOfBundles(functionsFolder: string): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(functionsFolder).sort())
    for (const file of ["index.js", "settings.json"])
      hash.update(`${name}/${file}\n`).update(readFileSync(path.join(functionsFolder, name, file)));
  return hash.digest("hex").slice(0, 12);
}

async function main(): Promise<void> {
  const built = await buildFunctions({ sourceMaps: process.argv.includes("--source-maps") });
  for (const { name, bytes } of built) console.log(`${name.padEnd(24)} ${(bytes / 1024).toFixed(0).padStart(6)} KB`);
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
