/** The place of one piece of work in a trace (W3C Trace Context, level 1). Lower-case hex. */
export interface TraceContext {
  /** 32 digits, the same for all that one request set going. */
  readonly traceId: string;
  /** 16 digits, of the work that caused this. */
  readonly spanId: string;
  /** 2 digits; the last bit: the caller records the trace. */
  readonly flags: string;
}

const form = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** A `traceparent` of any version, of which those parts are taken that version 00 has; null: it is none, and the trace begins here. */
export function parseTraceparent(text: unknown): TraceContext | null {
  const found = typeof text === "string" ? form.exec(text) : null;
  if (!found) return null;
  const [whole, traceId, spanId, flags, more] = found;
  // Version 00 has nothing more.
  return more && whole.startsWith("00") ? null : { traceId: traceId!, spanId: spanId!, flags: flags! };
}

export function formatTraceparent({ traceId, spanId, flags }: TraceContext): string {
  return `00-${traceId}-${spanId}-${flags}`;
}
