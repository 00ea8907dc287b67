// Runs inside the worker thread of one function instance: loads the handler, answers one request after the other.
// Plain JavaScript, because a worker starts without the loader that reads TypeScript.
// Kept small on purpose: everything that a handler sees of Function Compute's Node.js runtime is in this file.
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { parentPort, workerData } = require("node:worker_threads");

let requestId = "";

/** Output goes through the same port as the answer, so that it is never later than the answer. */
for (const stream of ["stdout", "stderr"]) {
  process[stream].write = (chunk, encoding, callback) => {
    const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
    parentPort.postMessage({ kind: "output", stream, requestId, text });
    const done = typeof encoding === "function" ? encoding : callback;
    if (done) process.nextTick(done);
    return true;
  };
}

async function loadHandler() {
  const [file, method] = workerData.handler.split(".");
  const found = [".js", ".mjs", ".cjs"].map((end) => path.join(workerData.codePath, file + end)).find(isFile);
  if (!found) throw new Error(`Module '${file}' is missing in ${workerData.codePath}`);
  const loaded = await load(found);
  const handler = loaded[method] ?? loaded.default?.[method];
  if (typeof handler !== "function") throw new Error(`Handler '${method}' is missing on module '${file}'`);
  return handler;
}

/** `require` first: `import` of a CommonJS bundle reads all of it twice more, to find its kind and its exports. */
async function load(file) {
  if (!file.endsWith(".mjs")) {
    try {
      return require(file);
    } catch (error) {
      if (error?.code !== "ERR_REQUIRE_ESM" && error?.code !== "ERR_REQUIRE_ASYNC_MODULE") throw error;
    }
  }
  return import(pathToFileURL(file).href);
}

function isFile(name) {
  return require("node:fs").statSync(name, { throwIfNoEntry: false })?.isFile() ?? false;
}

function logger() {
  const write =
    (level) =>
    (format, ...rest) =>
      process.stdout.write(
        `${new Date().toISOString()} ${requestId} [${level}] ${require("node:util").format(format, ...rest)}\n`,
      );
  return {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    log: write("verbose"),
  };
}

/** A Buffer as it is, an object as JSON, anything else as text (FC help, "Handlers", Node.js). */
function encode(value) {
  if (value instanceof Uint8Array) return value;
  if (value === undefined) return Buffer.alloc(0);
  return Buffer.from(typeof value === "object" ? JSON.stringify(value) : String(value));
}

function describe(error) {
  if (!(error instanceof Error)) return { errorMessage: String(error), errorType: typeof error, stackTrace: [] };
  const stackTrace = (error.stack ?? "")
    .split("\n")
    .slice(1)
    .map((line) => line.trim());
  return { errorMessage: error.message, errorType: error.name, stackTrace };
}

/** Handlers are async functions; the callback of older runtimes still works and is discouraged. */
function call(handler, event, context) {
  return new Promise((resolve, reject) => {
    const returned = handler(event, context, (error, value) => (error ? reject(error) : resolve(value)));
    if (handler.length < 3 || typeof returned?.then === "function") resolve(returned);
  });
}

let loading;

parentPort.on("message", async (request) => {
  requestId = request.requestId;
  try {
    loading ??= loadHandler();
    const handler = await loading;
    const context = { ...request.context, logger: logger() };
    context.tracing.parseOpenTracingBaggages = () => ({});
    const value = await call(handler, Buffer.from(request.event), context);
    parentPort.postMessage({ kind: "returned", requestId, payload: encode(value) });
  } catch (error) {
    parentPort.postMessage({ kind: "threw", requestId, error: describe(error) });
  }
});
