import { readFileSync } from "node:fs";
import path from "node:path";
import type { OnLoadResult, Plugin } from "esbuild";
import { findIana, WINDOWS_TO_IANA_MAP } from "windows-iana";
import { trimCompiledProto } from "./compiled-proto";

/** What is changed in packages while they are bundled. Each change is either needed to run or leaves out what no call of ours reaches. */
export const packagePlugins: readonly Plugin[] = [
  {
    // Its entry chooses at run time between `lib/` and a Babel build whose runtime is not installed.
    name: "mns-without-babel",
    setup(setup) {
      setup.onResolve({ filter: /^@alicloud\/mns$/ }, ({ resolveDir, kind }) =>
        setup.resolve("@alicloud/mns/lib/client.js", { resolveDir, kind }),
      );
    },
  },
  rewriting(
    // Two files of `tablestore` use loop variables without a declaration, which strict code (a bundle of modules) refuses.
    "tablestore-declared",
    /tablestore[\\/]lib[\\/].*(filter|plian_buffer_builder)\.js$/,
    (code) => code.replace(/for \((pro|key) in/g, "for (var $1 in"),
  ),
  rewriting(
    "tablestore-without-search",
    /tablestore[\\/]lib[\\/]protocol[\\/]tablestore_compiled_proto\.js$/,
    trimCompiledProto,
  ),
  rewriting(
    // One function of it is used. The whole of lodash takes longer to load than the client that asks for it.
    "lodash-merge",
    /@darabonba[\\/]typescript[\\/]dist[\\/]func\.js$/,
    (code) => replaced(code, '__importStar(require("lodash"))', '{ merge: require("lodash/merge") }'),
  ),
  {
    // The polyfill of Node's own streams, for old versions and browsers.
    name: "node-streams",
    setup(setup) {
      setup.onResolve({ filter: /^readable-stream$/ }, () => ({ path: "node:stream", external: true }));
    },
  },
  {
    // All aliases of all territories, twice. One name for each of Windows' zones is used.
    name: "windows-iana-table",
    setup(setup) {
      setup.onLoad({ filter: /[\\/]windows-iana[\\/]dist[\\/].*\.js$/ }, () => {
        const names = new Set(WINDOWS_TO_IANA_MAP.map(({ windowsName }) => windowsName));
        const table = Object.fromEntries([...names].map((name) => [name, findIana(name).slice(0, 1)]));
        return {
          contents: `const table = new Map(Object.entries(${JSON.stringify(table)}));
            exports.findIana = (name) => table.get(name) ?? [];`,
        };
      });
    },
  },
  {
    // Large tables, of which a function uses none or one. A text is read more quickly than the same data as code.
    name: "tables-as-text",
    setup(setup) {
      setup.onLoad({ filter: /iconv-lite[\\/]encodings[\\/]tables[\\/].*\.json$/ }, ({ path: file }) => ({
        contents: `module.exports = JSON.parse(${JSON.stringify(readFileSync(file, "utf8"))});`,
      }));
    },
  },
  leavingOut(),
];

/** Modules that a package loads at its start for what is never asked of it, each with the package that does. */
const leftOut: readonly { readonly module: RegExp; readonly by: RegExp }[] = [
  // Logins with Azure's identities. They are most of tedious's size.
  { module: /^@azure\//, by: /[\\/]tedious[\\/]/ },
  // WebSocket calls, dates with arithmetic, bodies in XML, and proxies: calls here are RPC over HTTP, with JSON answers.
  { module: /^(ws|moment|xml2js|socks-proxy-agent|https?-proxy-agent)$/, by: /[\\/]@darabonba[\\/]typescript[\\/]/ },
  { module: /^(socks-proxy-agent|https?-proxy-agent)$/, by: /[\\/](@alicloud[\\/]tea-typescript|httpx)[\\/]/ },
  // Writing XML: answers of queues are read, and requests are written by the client itself.
  { module: /^xmlbuilder$/, by: /[\\/]xml2js[\\/]/ },
  // Tables of encodings that are no code page of SQL Server. cp932, cp936, cp949 and cp950 stay.
  { module: /^\.\/tables\/(eucjp|big5-added|gb18030-ranges)\.json$/, by: /[\\/]iconv-lite[\\/]/ },
];

/** What is left out says so when it is used, and not before. */
function leavingOut(): Plugin {
  return {
    name: "left-out",
    setup(setup) {
      for (const { module, by } of leftOut)
        setup.onResolve({ filter: module }, ({ path: name, importer }) =>
          by.test(importer) ? { path: name, namespace: "left-out" } : undefined,
        );
      setup.onLoad({ filter: /.*/, namespace: "left-out" }, ({ path: name }) => ({ contents: stub(name) }));
    },
  };
}

function stub(name: string): string {
  return `const refuse = (_, key) => {
    if (key === "__esModule" || key === "default" || typeof key === "symbol") return undefined;
    throw new Error(${JSON.stringify(`${name} is left out of the bundle.`)});
  };
  module.exports = new Proxy(function () {}, { get: refuse, apply: refuse, construct: refuse, ownKeys: () => [] });`;
}

function rewriting(name: string, filter: RegExp, rewrite: (code: string) => string): Plugin {
  return {
    name,
    setup(setup) {
      setup.onLoad(
        { filter },
        ({ path: file }): OnLoadResult => ({
          contents: rewrite(readFileSync(file, "utf8")),
          resolveDir: path.dirname(file),
        }),
      );
    },
  };
}

/** @throws Error when the package's code is not as expected: another version has to be looked at */
function replaced(code: string, from: string, to: string): string {
  if (!code.includes(from)) throw new Error(`A package has changed: ${from} is not in it.`);
  return code.replace(from, to);
}
