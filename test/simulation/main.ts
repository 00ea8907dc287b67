// First: schemas that are made after it are compiled.
import "zod/compile";
import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import { parseArgs } from "node:util";
import { promises } from "./promises/promise-broken";
import { runSeed } from "./scenario";
import { addReport, emptyTotals, failureOf, type SeedResult, showProgress, showTotals, type Totals } from "./totals";
import { workerOptions } from "./worker-options";

const usage = `npm run simulate -- [--seeds N] [--seed S] [--minutes M] [--workers W]
  N worlds (100 unless said) from seed S on (any unless said), or as many as fit into M minutes, on W processes (one per core).
  Ctrl-C ends it after the worlds that are under way. Ends with 1 if a promise was broken.
npm run simulate -- --seed S [--trace]
  That one world; --trace prints its history.`;

/** What was typed says nothing that can be done. */
class NotUnderstood extends Error {}

interface Options {
  readonly first: number;
  readonly count: number;
  readonly minutes: number;
  readonly workers: number;
  readonly trace: boolean;
}

/** @throws NotUnderstood */
function readOptions(): Options {
  const { values } = parse();
  const number = (name: "seeds" | "seed" | "minutes" | "workers") => {
    const text = values[name];
    if (text !== undefined && !/^\d{1,15}$/.test(text))
      throw new NotUnderstood(`--${name} ${text} is not a whole number.`);
    return text === undefined ? undefined : Number(text);
  };
  const [seeds, seed, minutes] = [number("seeds"), number("seed"), number("minutes")];
  if (values.trace && (seed === undefined || seeds !== undefined || minutes !== undefined))
    throw new NotUnderstood("--trace prints one world: it wants --seed alone.");
  const isOne = seed !== undefined && seeds === undefined && minutes === undefined;
  return {
    first: seed ?? Math.floor(Math.random() * 2 ** 31),
    count: seeds ?? (isOne ? 1 : minutes === undefined ? 100 : Number.MAX_SAFE_INTEGER),
    minutes: minutes ?? Number.POSITIVE_INFINITY,
    workers: Math.max(1, number("workers") ?? availableParallelism()),
    trace: values.trace,
  };
}

function parse() {
  const text = { type: "string" } as const;
  const options = { seeds: text, seed: text, minutes: text, workers: text } as const;
  try {
    return parseArgs({ options: { ...options, trace: { type: "boolean", default: false } } });
  } catch (error) {
    throw new NotUnderstood((error as Error).message);
  }
}

/** @returns whether every promise held */
async function main(): Promise<boolean> {
  const { first, count, minutes, workers, trace } = readOptions();
  const interruption = new AbortController();
  if (!trace) process.on("SIGINT", () => interruption.abort());
  console.log(`seed ${first}`);
  if (trace) return showHistory(first);
  const startedMs = Date.now();
  const span = { first, count, untilMs: startedMs + minutes * 60_000 };
  const totals = await runAll(span, Math.min(workers, count), interruption.signal);
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

/** Each worker takes every n-th seed. Says each minute how far they are. */
async function runAll(
  span: Omit<Share, "index" | "step">,
  workers: number,
  interruption: AbortSignal,
): Promise<Totals> {
  const totals = emptyTotals();
  const progress = setInterval(() => console.error(showProgress(totals)), 60_000);
  const ended = Array.from({ length: workers }, (_, index) => {
    const child = fork(__filename, {
      serialization: "advanced",
      env: { ...process.env, [workerVariable]: "1" },
      execArgv: [...process.execArgv, ...workerOptions],
    });
    child.on("message", (result: SeedResult) => {
      addReport(totals, result);
      if (result.failure) console.log(showFailure(result.failure));
    });
    // A worker that is gone hears nothing; how it went is told by its exit.
    const tell = (order: Order) => child.send(order, () => {});
    tell({ ...span, index, step: workers });
    if (interruption.aborted) tell("end");
    else interruption.addEventListener("abort", () => tell("end"));
    return new Promise<void>((resolve, reject) => {
      child.on("exit", (code, signal) => {
        // A terminal interrupts workers too; one that was not listening yet had begun no world.
        if (code === 0 || signal === "SIGINT") resolve();
        else reject(new Error(`a worker ended with ${code ?? signal}`));
      });
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

type Order = Share | "end";

const workerVariable = "SIMULATION_WORKER";

async function work(share: Share): Promise<void> {
  let isOver = false;
  process.once("message", () => {
    isOver = true;
  });
  for (let { index } = share; index < share.count && Date.now() < share.untilMs && !isOver; index += share.step) {
    // Worlds do no I/O: messages are heard only if they are waited for.
    await setImmediate();
    const { trace, ...report } = await runSeed(share.first + index);
    const result: SeedResult = { ...report, failure: failureOf(report) };
    await new Promise<void>((resolve, reject) => {
      process.send!(result, (error: Error | null) => (error ? reject(error) : resolve()));
    });
  }
  process.exit(0);
}

if (process.env[workerVariable]) {
  process.on("SIGINT", () => {});
  process.once("message", (share: Share) => work(share));
} else
  main().then(
    (held) => {
      process.exitCode = held ? 0 : 1;
    },
    (error: Error) => {
      console.error(error instanceof NotUnderstood ? `${error.message}\n${usage}` : error);
      process.exitCode = 2;
    },
  );
