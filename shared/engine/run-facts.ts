import { sha256Hex } from "../canonical-json";
import type { RestoreRecord } from "../restore/model/record";
import type { StepFunction } from "../restore/model/states";
import type { Versioned } from "../store/restore-store";
import { formatTraceparent, parseTraceparent, type TraceContext } from "../trace-context";
import type { Dependencies } from "./dependencies";

/** What one run of a step tells of itself: the fields of its lines, its span of the restore's trace, and its figures. */
export interface RunFacts {
  /** Those of the function; lines, nudges and calls of the run pass through them. */
  readonly deps: Dependencies;
  /** The metric line of the run, once it has ended. */
  tell(record: RestoreRecord, call: string | null): void;
}

/**
 * @param loaded as the run found it
 * @param nowMs when the run began, epoch milliseconds
 */
export function factsOfRun(deps: Dependencies, loaded: Versioned, by: StepFunction, nowMs: number): RunFacts {
  const { record, version } = loaded;
  const root = traceOf(record);
  const sender = parseTraceparent(deps.traceparent);
  const parent = sender?.traceId === root.traceId ? sender : root;
  // Without chance, so that a run that is repeated under the same version is the same piece of work.
  const spanId = sha256Hex(`${record.restoreId}/${version}/${by}`).slice(0, 16);
  const fields = {
    restoreId: record.restoreId,
    step: by,
    status: record.status,
    attempt: record.idleRuns + 1,
    reason: record.reason?.code ?? null,
    traceId: parent.traceId,
    spanId,
    parentSpanId: parent.spanId,
    // A command's request has a trace of its own.
    ...(sender && sender !== parent ? { linkedTraceId: sender.traceId } : {}),
  };
  const calls = { count: 0 };
  const ofRun: Dependencies = {
    ...deps,
    rds: counted(deps.rds, calls),
    dts: counted(deps.dts, calls),
    secrets: counted(deps.secrets, calls),
    sqlServers: counted(deps.sqlServers, calls),
    traceparent: formatTraceparent({ ...parent, spanId }),
    log: (level, message, more) => deps.log(level, message, { ...fields, ...more }),
  };
  return {
    deps: ofRun,
    tell: (ended, call) =>
      ofRun.log("info", "step", {
        from: record.status,
        status: ended.status,
        reason: ended.reason?.code ?? null,
        call,
        durationMs: deps.clock.nowMs() - nowMs,
        calls: calls.count,
        waitedMs: nowMs - record.updatedAtMs,
        lateMs: Math.max(0, nowMs - loaded.nextCheckAtMs),
      }),
  };
}

/** The trace that the restore's request brought; where it brought none, one that follows from the restore's id, for every step the same. */
export function traceOf({ restoreId, traceparent }: RestoreRecord): TraceContext {
  const made = sha256Hex(restoreId);
  return parseTraceparent(traceparent) ?? { traceId: made.slice(0, 32), spanId: made.slice(32, 48), flags: "01" };
}

/** The same port, each of whose calls is counted. */
function counted<Port extends object>(port: Port, calls: { count: number }): Port {
  return new Proxy(port, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function") return method;
      return (...given: unknown[]) => {
        calls.count += 1;
        return method.apply(target, given);
      };
    },
  });
}
