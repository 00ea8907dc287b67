// The `index.js` of every function: the file that Function Compute loads. It runs the bundle beside it, with V8's code cache of that
// bundle if this Node can use it: then nothing is compiled that ran when the cache was made.
import { readFileSync } from "node:fs";
import { wrap } from "node:module";
import path from "node:path";
import { Script } from "node:vm";
import type { LoadedCode } from "../../shared/loaded-code";

/** Set by the build: the bundle's name, which is the hash of its content. */
declare const bundleName: string;

const file = path.join(__dirname, `${bundleName}.js`);
const cachedData = readCache();
// The bundle is ASCII: as latin1 it is taken as it is.
const script = new Script(wrap(readFileSync(file, "latin1")), { filename: file, cachedData });
script.runInThisContext()(exports, require, module, file, __dirname);

const loaded: LoadedCode = {
  node: process.version,
  codeCache: cachedData === undefined ? "absent" : script.cachedDataRejected ? "refused" : "accepted",
  readyMs: Math.round(performance.now()),
};
Object.assign(globalThis, { [Symbol.for("rewind.loaded-code")]: loaded });

/**
 * The cache says in its name which Node made it: V8 would take that of another Node with the same version of V8, which is not relied on.
 * @see write-caches.cjs
 */
function readCache(): Buffer | undefined {
  const madeBy = `${process.version}-${process.platform}-${process.arch}`;
  try {
    return readFileSync(path.join(__dirname, `${bundleName}-${madeBy}.cache`));
  } catch {
    return undefined;
  }
}
