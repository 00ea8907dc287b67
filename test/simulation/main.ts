import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import { parseArgs } from "node:util";
import { promises } from "./promises/promise-broken";
import { runSeed } from "./scenario";
import { addReport, emptyTotals, failureOf, type SeedResult, showProgress, showTotals, type Totals } from "./totals";

/**
 * `npm run simulate -- --seeds N [--seed S] [--minutes M] [--trace]`: N worlds from seed S on, or as many as fit into M minutes, on all
 * cores. `--seed S --trace` prints the history of one world. Says each minute how far it is; Ctrl-C ends it after the worlds that are
 * under way, with what they came to. Ends with 1 if a promise was broken.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: "string" },
    seed: { type: "string" },
    minutes: { type: "string" },
    trace: { type: "boolean", default: false },
    workers: { type: "string", default: String(availableParallelism()) },
  },
});

async function main(): Promise<boolean> {
  const first = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
  const minutes = Number(values.minutes ?? Number.POSITIVE_INFINITY);
  const lone = values.seed !== undefined && values.seeds === undefined && values.minutes === undefined;
  const count = Number(values.seeds ?? (lone ? 1 : values.minutes === undefined ? 100 : Number.MAX_SAFE_INTEGER));
  if (![first, count].every(Number.isSafeInteger) || Number.isNaN(minutes)) throw new Error("not a number");
  console.log(`seed ${first}`);
  if (values.trace) return showHistory(first);
  const startedMs = Date.now();
  const totals = await runAll({ first, count, untilMs: startedMs + minutes * 60_000 });
  console.log(showTotals(totals, (Date.now() - startedMs) / 1000));
  return totals.failures.length === 0;
}

async function showHistory(seed: number): Promise<boolean> {
  const report = await runSeed(seed, { trace: true });
  console.log(report.trace.join("\n"));
  const failure = failureOf(report);
  console.log(failure ? showFailure(failure) : `seed ${seed}: every promise held`);
  return failure === null;
}

function showFailure(failure: NonNullable<SeedResult["failure"]>): string {
  const promise = failure.promise === null ? "the simulated code failed" : promises[failure.promise];
  return `seed ${failure.seed} broke a promise: ${promise}\n  ${failure.text}\n  npm run simulate -- --seed ${failure.seed} --trace`;
}

/** Each worker takes every n-th seed. */
async function runAll(span: { first: number; count: number; untilMs: number }): Promise<Totals> {
  const totals = emptyTotals();
  const workers = Math.max(1, Math.min(Number(values.workers), span.count));
  const progress = setInterval(() => console.error(showProgress(totals)), 60_000);
  const ended = Array.from({ length: workers }, (_, index) => {
    const child = fork(__filename, { serialization: "advanced", env: { ...process.env, [workerVariable]: "1" } });
    child.on("message", (result: SeedResult) => {
      addReport(totals, result);
      if (result.failure) console.log(showFailure(result.failure));
    });
    child.send({ ...span, index, step: workers } satisfies Share);
    process.on("SIGINT", () => child.kill("SIGINT"));
    return new Promise<void>((resolve, reject) => {
      child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))));
    });
  });
  await Promise.all(ended).finally(() => clearInterval(progress));
  return totals;
}

interface Share {
  readonly first: number;
  readonly count: number;
  readonly untilMs: number;
  readonly index: number;
  readonly step: number;
}

const workerVariable = "SIMULATION_WORKER";

async function work(share: Share): Promise<void> {
  let isOver = false;
  process.on("SIGINT", () => {
    isOver = true;
  });
  for (let { index } = share; index < share.count && Date.now() < share.untilMs && !isOver; index += share.step) {
    // Worlds do no I/O: signals are heard only if they are waited for.
    await setImmediate();
    const { trace, ...report } = await runSeed(share.first + index);
    const result: SeedResult = { ...report, failure: failureOf(report) };
    await new Promise<void>((resolve, reject) => {
      process.send!(result, (error: Error | null) => (error ? reject(error) : resolve()));
    });
  }
  process.exit(0);
}

if (process.env[workerVariable]) process.once("message", (share: Share) => work(share));
else
  main().then((held) => {
    process.exitCode = held ? 0 : 1;
  });
