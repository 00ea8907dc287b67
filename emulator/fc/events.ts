import { isUtf8 } from "node:buffer";

/** The events that Function Compute hands to handlers, as they are on the wire. Pure. */

/** `{triggerTime, triggerName, payload}` (FC help, "Time triggers"): whole seconds, the payload is always text. */
export function timerEvent(triggerName: string, dueMs: number, payload: string): Buffer {
  return json({ triggerTime: wholeSeconds(dueMs), triggerName, payload });
}

/** A message that was taken from a queue. */
export interface StreamedMessage {
  readonly messageId: string;
  /** As the queue has it; base64 unless the producer sent raw text. */
  readonly body: string;
  readonly enqueuedAtMs: number;
}

export interface StreamOrigin {
  readonly functionName: string;
  readonly triggerName: string;
  readonly region: string;
  readonly accountId: string;
  readonly queueName: string;
  readonly decodeBase64: boolean;
  readonly schema: "CloudEvents" | "RawData";
}

/** The ids that EventBridge gives to one element. They do not change when the push is repeated. */
export interface ElementIds {
  readonly eventId: string;
  readonly requestId: string;
}

/**
 * The array that a streaming MNS trigger delivers (FC help, "MNS queue triggers", 2026-04). The shape of RawData elements is inferred
 * from it and unverified. A handler must depend on `data.messageId` and `data.messageBody` only.
 */
export function queueEvent(
  origin: StreamOrigin,
  elements: readonly (StreamedMessage & ElementIds)[],
  publishedAtMs: number,
): Buffer {
  const { accountId } = origin;
  const bus = `MNS-${origin.functionName}-${origin.triggerName}`;
  return json(
    elements.map((element) => {
      const messageBody = origin.decodeBase64 ? decodedBody(element.body) : element.body;
      const data = { requestId: element.requestId, messageId: element.messageId, messageBody };
      if (origin.schema === "RawData") return data;
      return {
        id: element.eventId,
        source: bus,
        specversion: "1.0",
        type: "mns:Queue:SendMessage",
        datacontenttype: "application/json; charset=utf-8",
        subject: `acs:mns:${origin.region}:${accountId}:queues/${origin.queueName}`,
        time: new Date(element.enqueuedAtMs).toISOString(),
        aliyunaccountid: accountId,
        aliyunpublishtime: new Date(publishedAtMs).toISOString(),
        aliyunoriginalaccountid: accountId,
        aliyuneventbusname: bus,
        aliyunregionid: origin.region,
        aliyunpublishaddr: "127.0.0.1",
        data,
      };
    }),
  );
}

/** What the cloud does with a body that is no base64 is undocumented; here it passes unchanged. */
function decodedBody(body: string): string {
  const isBase64 = body.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(body);
  return isBase64 ? Buffer.from(body, "base64").toString("utf8") : body;
}

/** One HTTP request as received; header names in the case in which they came. */
export interface HttpRequest {
  readonly method: string;
  /** Request target with the query, still percent-encoded. */
  readonly target: string;
  readonly protocol: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  readonly sourceIp: string;
}

export interface HttpOrigin {
  readonly accountId: string;
  readonly domainPrefix: string;
  readonly domainName: string;
}

/** Event of an HTTP trigger, version v1 (FC help, "Invoke a function by an HTTP trigger"); repeated names are joined by commas. */
export function httpEvent(origin: HttpOrigin, request: HttpRequest, requestId: string, nowMs: number): Buffer {
  const [rawPath = "/", query = ""] = request.target.split(/\?(.*)/s);
  const headers = joined(request.headers);
  const userAgent = Object.entries(headers).find(([name]) => name.toLowerCase() === "user-agent")?.[1] ?? "";
  const isText = isUtf8(request.body);
  return json({
    version: "v1",
    rawPath,
    body: request.body.toString(isText ? "utf8" : "base64"),
    isBase64Encoded: !isText,
    headers,
    queryParameters: joined([...new URLSearchParams(query)]),
    requestContext: {
      accountId: origin.accountId,
      domainName: origin.domainName,
      domainPrefix: origin.domainPrefix,
      requestId,
      time: wholeSeconds(nowMs),
      timeEpoch: String(nowMs),
      http: {
        method: request.method,
        path: decodedPath(rawPath),
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent,
      },
    },
  });
}

function joined(pairs: readonly (readonly [string, string])[]): Record<string, string> {
  // Without a prototype, so that a parameter called `constructor` is one like any other.
  const values: Record<string, string> = Object.create(null);
  for (const [name, value] of pairs) values[name] = name in values ? `${values[name]},${value}` : value;
  return values;
}

function decodedPath(rawPath: string): string {
  try {
    return decodeURIComponent(rawPath);
  } catch (error) {
    if (error instanceof URIError) return rawPath;
    throw error;
  }
}

function wholeSeconds(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value), "utf8");
}
