// Writes V8's code cache beside each bundle that is named: `node write-caches.cjs bundle.js…`. In a process of its own, because the
// bundles run in it. A cache holds the functions that have run: so everything that a bundle loads at first use is loaded, too.
const { readFileSync, writeFileSync } = require("node:fs");
const { createRequire, wrap } = require("node:module");
const path = require("node:path");
const { Script } = require("node:vm");

async function writeCache(file) {
  const script = new Script(wrap(readFileSync(file, "latin1")), { filename: file });
  const bundle = { exports: {} };
  script.runInThisContext()(bundle.exports, createRequire(file), bundle, file, path.dirname(file));
  await bundle.exports.loadEverything();
  // The name under which `loader.ts` looks for it.
  const madeBy = `${process.version}-${process.platform}-${process.arch}`;
  writeFileSync(file.replace(/\.js$/, `-${madeBy}.cache`), script.createCachedData());
}

Promise.all(process.argv.slice(2).map(writeCache)).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
