import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build, type Plugin } from "esbuild";

/** One bundle, as small as it gets: a function's cold start reads and compiles all of it. */
export interface BuiltFunction {
  readonly name: string;
  /** The one file that is deployed: `<output>/<name>/index.js`. */
  readonly file: string;
  readonly bytes: number;
}

export interface BuildOptions {
  /** Folder of `<name>/index.ts`. Default `functions` of this repository. */
  readonly functionsRoot?: string;
  /** Default `dist/functions`, where `s.yaml` looks. */
  readonly outputRoot?: string;
  /** Write `index.js.map` beside the bundle. It is not referred to from the bundle, so it need not be deployed. */
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
  const result = await build({
    entryPoints: Object.fromEntries(names.map((name) => [`${name}/index`, path.join(functionsRoot, name, "index.ts")])),
    outdir: outputRoot,
    absWorkingDir: repository,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    minify: true,
    // Error classes are told apart by name in logs.
    keepNames: true,
    sourcemap: options.sourceMaps ? "external" : false,
    legalComments: "none",
    logLevel: "silent",
    metafile: true,
    plugins: [mnsWithoutBabel, tablestoreDeclared, withoutCloudIdentity],
  });
  return names.map((name) => {
    const file = path.join(outputRoot, name, "index.js");
    return { name, file, bytes: result.metafile.outputs[path.relative(repository, file)]?.bytes ?? 0 };
  });
}

/**
 * Puts the variables that are too long for the environment beside each bundle, where the function reads them.
 * @param functionsFolder with one folder per function, such as `dist/functions`
 */
export function writeBundledVariables(functionsFolder: string, variables: Readonly<Record<string, string>>): void {
  for (const name of readdirSync(functionsFolder))
    writeFileSync(path.join(functionsFolder, name, "settings.json"), `${JSON.stringify(variables, null, 2)}\n`);
}

/** Short hash of everything that is deployed from a folder of bundles: the same files have the same one. */
export function hashOfBundles(functionsFolder: string): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(functionsFolder).sort())
    for (const file of ["index.js", "settings.json"])
      hash.update(`${name}/${file}\n`).update(readFileSync(path.join(functionsFolder, name, file)));
  return hash.digest("hex").slice(0, 12);
}

/** The entry of `@alicloud/mns` chooses at run time between `lib/` and a Babel build whose runtime is not installed. */
const mnsWithoutBabel: Plugin = {
  name: "mns-without-babel",
  setup(setup) {
    setup.onResolve({ filter: /^@alicloud\/mns$/ }, ({ resolveDir, kind }) =>
      setup.resolve("@alicloud/mns/lib/client.js", { resolveDir, kind }),
    );
  },
};

/** Two files of `tablestore` use variables without a declaration, which strict code (a bundle of modules) refuses: no row could be deleted. */
const tablestoreDeclared: Plugin = {
  name: "tablestore-declared",
  setup(setup) {
    setup.onLoad({ filter: /tablestore[\\/]lib[\\/].*(filter|plian_buffer_builder)\.js$/ }, ({ path: file }) => ({
      contents: readFileSync(file, "utf8")
        .replace(/for \((pro|key) in/g, "for (var $1 in")
        .replace(/^(\s*)size = /gm, "$1var size = "),
    }));
  },
};

/** tedious loads Azure's identity packages for logins that are never used here: most of its size and half of its start. */
const withoutCloudIdentity: Plugin = {
  name: "without-cloud-identity",
  setup(setup) {
    setup.onResolve({ filter: /^@azure\// }, ({ path: name }) => ({ path: name, namespace: "left-out" }));
    setup.onLoad({ filter: /.*/, namespace: "left-out" }, ({ path: name }) => ({
      contents: `module.exports = new Proxy({}, { get(_, key) {
        throw new Error("${name} is left out of the bundle; " + String(key) + " is not available.");
      } });`,
    }));
  },
};

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
