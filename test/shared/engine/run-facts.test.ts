import { runStep } from "../../../shared/engine/step";
import { decodeNudge } from "../../../shared/messaging/nudge";
import { Desk } from "../api/desk";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
const other = "00-11111111111111111111111111111111-2222222222222222-00";

type Line = Readonly<Record<string, unknown>>;

/** A restore that somebody asked for, and every line and message since. */
async function asked(headers: Readonly<Record<string, string>> = {}) {
  const desk = await Desk.open();
  desk.addMaster();
  const lines: Line[] = [];
  const sent: [string, string][] = [];
  const clock = { aheadMs: 0, nowMs: () => desk.nowMs + clock.aheadMs };
  const deps = {
    ...desk.deps,
    clock,
    log: (level: string, msg: string, fields: Line = {}) => void lines.push({ level, msg, ...fields }),
    queues: { send: async (queue: string, message: string) => void sent.push([queue, message]) },
  };
  const answer = await desk.ask("POST", "/restores", { body: desk.body(), headers });
  expect(answer.status).toBe(202);
  const restoreId: string = answer.body.restoreId;
  const run = async (given?: string) => {
    const loaded = (await deps.store.read(restoreId))!;
    const report = await runStep({ ...deps, traceparent: given }, "create-temp-instance", restoreId);
    const line = lines.findLast(({ msg }) => msg === "step")!;
    return { loaded, report, line };
  };
  return { clock, restoreId, lines, sent, run };
}

test("each run is one metric line: which step, attempt and state, how long, how many calls, and what it waited", async () => {
  const { clock, restoreId, run } = await asked();
  clock.aheadMs = 5_000;
  const { loaded, report, line } = await run();
  expect(report).toMatchObject({ kind: "ran", from: "accepted" });
  expect(line).toEqual({
    level: "info",
    msg: "step",
    restoreId,
    step: "create-temp-instance",
    attempt: 1,
    from: "accepted",
    status: report.kind === "ran" ? report.to : null,
    reason: null,
    call: report.kind === "ran" ? report.call : null,
    durationMs: 0,
    calls: expect.any(Number),
    waitedMs: clock.nowMs() - loaded.record.updatedAtMs,
    lateMs: 5_000,
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
    parentSpanId: expect.stringMatching(/^[0-9a-f]{16}$/),
  });
  expect(line["calls"]).toBeGreaterThan(3);
});

test("the trace of the request is on every line of a run and in the message to the next function", async () => {
  const { lines, sent, run } = await asked({ traceparent });
  const { line } = await run(traceparent);
  expect(line).toMatchObject({ traceId, parentSpanId: "00f067aa0ba902b7" });
  expect(new Set(lines.map((each) => each["traceId"]))).toEqual(new Set([traceId]));
  for (const [, message] of sent)
    if (decodeNudge(message)) expect(decodeNudge(message)?.traceparent).toBe(`00-${traceId}-${line["spanId"]}-01`);
});

test("a run that a message without a trace woke belongs to the trace of its restore", async () => {
  const { run } = await asked({ traceparent });
  expect((await run()).line).toMatchObject({ traceId });
});

test("a command's request has a trace of its own, which is named beside that of the restore", async () => {
  const { run } = await asked({ traceparent });
  expect((await run(other)).line).toMatchObject({ traceId, linkedTraceId: "1".repeat(32) });
});

test.each<Readonly<Record<string, string>>>([{}, { traceparent: "00-nonsense" }])(
  "without a trace that can be read (%j) every run of a restore has the same one",
  async (headers) => {
    const { clock, run } = await asked(headers);
    const first = await run();
    clock.aheadMs = 60_000;
    const second = await run();
    expect(second.line["traceId"]).toBe(first.line["traceId"]);
    expect(first.loaded.record.traceparent).toBeUndefined();
  },
);
