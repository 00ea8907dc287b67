import * as z from "zod";

/** One message of a batch. `body` is null when there is none to be had; `problem` says why. */
export interface QueueElement {
  readonly messageId: string | null;
  readonly body: string | null;
  readonly problem: string | null;
}

const payload = z.object({ messageId: z.string().nullish().catch(null), messageBody: z.string() });
const cloudEvent = z.object({ data: payload });

/**
 * What FC hands to a function that a queue wakes (EventBridge streaming: an array of CloudEvents; also a single one, and RawData's bare
 * payloads). A timer's event carries no messages. Only messageId and messageBody are relied on. Never throws.
 */
export function decodeQueueEvent(event: Uint8Array): QueueElement[] {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(event).toString("utf8"));
  } catch {
    return [{ messageId: null, body: null, problem: "the event is not JSON" }];
  }
  if (typeof value === "object" && value !== null && "triggerName" in value) return [];
  return (Array.isArray(value) ? value : [value]).map(decodeElement);
}

function decodeElement(element: unknown): QueueElement {
  const wrapped = cloudEvent.safeParse(element);
  const bare = wrapped.success ? null : payload.safeParse(element);
  const found = wrapped.success ? wrapped.data.data : bare?.success ? bare.data : null;
  if (!found)
    return { messageId: null, body: null, problem: "the element is neither a CloudEvent of a queue nor its payload" };
  return { messageId: found.messageId ?? null, body: decodeBody(found.messageBody), problem: null };
}

/**
 * Producers send base64; whether the stream has decoded it already is a setting of the trigger. Both are accepted: what is base64 of
 * readable text is decoded, everything else is the text itself.
 */
function decodeBody(body: string): string {
  const packed = body.replace(/\s/g, "");
  if (packed === "" || packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(packed)) return body;
  try {
    return strictUtf8.decode(Buffer.from(packed, "base64"));
  } catch {
    return body;
  }
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });
