import * as z from "zod";

/** An alarm as the rules see it, whatever sent it. */
export interface Alarm {
  readonly masterInstanceId: string;
  /** When it happened, epoch milliseconds. */
  readonly atMs: number;
  readonly ruleName: string;
  readonly metricName: string;
  /** CloudMonitor's level (`CRITICAL`, `WARN`, `INFO`); `ALERT` for other sources. */
  readonly level: string;
  readonly reason: string;
}

export type DecodedAlarm =
  | { readonly kind: "alarm"; readonly alarm: Alarm }
  /** A message that says that all is well again. */
  | { readonly kind: "recovery" }
  | { readonly kind: "unknown"; readonly problem: string };

/** CloudMonitor writes times as numbers; as text they occur too. Epoch milliseconds that a date can be written with. */
const epochMs = z
  .union([
    z.int(),
    z
      .string()
      .regex(/^\d{1,16}$/)
      .transform(Number),
  ])
  .refine((value) => value > 0 && value < Date.UTC(10_000, 0), "no time in milliseconds")
  .optional()
  .catch(undefined);

/** A threshold alarm that CloudMonitor puts into a queue (CloudMonitor, "write alerts to MNS"): `resources` is JSON in a string. */
const cloudMonitorAlarm = z.object({
  ruleName: z.string().default(""),
  curLevel: z.string(),
  resources: z.string().default("{}"),
  metricData: z.object({ instanceId: z.string().optional(), timestamp: epochMs }).default({}),
  metricName: z.string().default(""),
  namespace: z.string(),
  time: epochMs,
});

/** One of the `resources` of a threshold alarm. */
const alarmedResource = z.object({ instanceId: z.string() });

/** Words for people, as many as are kept of them: an audit log quotes whole statements. */
const words = (max: number) =>
  z
    .string()
    .nullish()
    .transform((text) => (text ?? "").slice(0, max));

/** What other sources send, an audit-log alert for example. */
const plainAlarm = z.object({
  masterInstanceId: z.string().min(1).max(64),
  at: z.iso.datetime({ offset: true }),
  reason: words(500),
  ruleName: words(200),
});

/** Decodes the text of a message. Never throws: what it cannot read it names. */
export function decodeAlarm(body: string): DecodedAlarm {
  const value = parse(body);
  if (value === undefined) return { kind: "unknown", problem: "the message is not JSON" };
  const plain = plainAlarm.safeParse(value);
  if (plain.success) {
    const { masterInstanceId, at, reason, ruleName } = plain.data;
    return {
      kind: "alarm",
      alarm: { masterInstanceId, atMs: Date.parse(at), ruleName, metricName: "", level: "ALERT", reason },
    };
  }
  const monitored = cloudMonitorAlarm.safeParse(value);
  if (!monitored.success)
    return {
      kind: "unknown",
      problem: "the message is neither an alarm of CloudMonitor nor {masterInstanceId, at, reason}",
    };
  return fromCloudMonitor(monitored.data);
}

function fromCloudMonitor(data: z.infer<typeof cloudMonitorAlarm>): DecodedAlarm {
  if (data.curLevel.toUpperCase() === "OK") return { kind: "recovery" };
  const resources = parse(data.resources);
  const named = alarmedResource.safeParse(resources);
  const masterInstanceId = named.success ? named.data.instanceId : data.metricData.instanceId;
  const atMs = data.time ?? data.metricData.timestamp;
  if (!masterInstanceId || atMs === undefined)
    return { kind: "unknown", problem: "the alarm names no instance or no time" };
  const reason = `${data.ruleName || data.metricName} is ${data.curLevel}`;
  return {
    kind: "alarm",
    alarm: {
      masterInstanceId,
      atMs,
      ruleName: data.ruleName,
      metricName: data.metricName,
      level: data.curLevel.toUpperCase(),
      reason,
    },
  };
}

/** JSON as it is, or in base64 (both occur); undefined when it is neither. */
function parse(text: string): unknown {
  return parseObject(text) ?? parseObject(Buffer.from(text, "base64").toString("utf8"));
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    // Not this form; the caller names it when no form fits.
    return undefined;
  }
}
