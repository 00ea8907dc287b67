import { onTransition } from "../../../shared/engine/on-transition";
import { nowMs, record } from "../restore/samples";

const lines: unknown[][] = [];
const deps = { log: (...line: unknown[]) => void lines.push(line) };

beforeEach(() => lines.splice(0));

test("each change of state is one line of the log, with how long the state before lasted", () => {
  const before = record("verifying", { statusSinceMs: nowMs - 60_000 });
  onTransition(deps, before, { ...record("withdrawing", { statusSinceMs: nowMs }), outcome: "failed" });
  expect(lines).toEqual([
    [
      "info",
      "state",
      expect.objectContaining({ from: "verifying", status: "withdrawing", lastedMs: 60_000, outcome: "failed" }),
    ],
  ]);
});

test("the first state of a restore has none before it, and the trace of the request", () => {
  const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
  onTransition(deps, null, record("accepted", { traceparent: `00-${traceId}-00f067aa0ba902b7-01` }));
  const line = { from: null, status: "accepted", lastedMs: 0, traceId };
  expect(lines).toEqual([["info", "state", expect.objectContaining(line)]]);
});

test("a save that changes no state calls no listener", () => {
  onTransition(deps, record("verifying"), record("verifying"));
  expect(lines).toEqual([]);
});

test("a listener that fails is logged and holds nothing up", () => {
  const failing = {
    log: (level: string, ...line: unknown[]) => {
      if (level === "info") throw new Error("full disk");
      lines.push([level, ...line]);
    },
  };
  onTransition(failing, record("verifying"), record("withdrawing"));
  expect(lines).toEqual([
    ["error", "a listener of state changes failed", expect.objectContaining({ listener: "log" })],
  ]);
});
