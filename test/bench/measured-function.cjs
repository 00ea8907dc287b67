// Stands in for the `index.js` of a function: the local cloud runs instances as threads of one process, whose memory cannot be told apart.
// Each instance gets a process of its own here, and each answer brings the most memory that it ever had.
const { fork } = require("node:child_process");

const [bundle] = process.argv.slice(2);
if (process.send && bundle) serve();

let instance;
let answered = 0;
const waiting = new Map();

exports.measured = (file) => (event, context) => {
  instance ??= open(file);
  // Its functions do not travel; no handler of ours uses them.
  instance.send({ id: ++answered, event: event.toString("base64"), context: JSON.parse(JSON.stringify(context)) });
  return new Promise((resolve, reject) => waiting.set(answered, { resolve, reject }));
};

function open(file) {
  const child = fork(__filename, [file], { stdio: ["ignore", "pipe", "pipe", "ipc"], execArgv: [] });
  child.stdout.on("data", (text) => process.stdout.write(text));
  child.on("message", ({ id, value, error, peakBytes }) => {
    process.stdout.write(`${JSON.stringify({ msg: "memory", peakBytes })}\n`);
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(error));
    else resolve(value);
  });
  process.on("exit", () => child.kill());
  return child;
}

function serve() {
  const { handler } = require(bundle);
  process.on("message", async ({ id, event, context }) => {
    const answer = { id };
    try {
      answer.value = await handler(Buffer.from(event, "base64"), context);
    } catch (error) {
      answer.error = String(error?.stack ?? error);
    }
    process.send({ ...answer, peakBytes: process.resourceUsage().maxRSS * 1024 });
  });
}
