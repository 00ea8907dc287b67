import * as z from "zod";
import { inPlainWords } from "../plain-words";
import type { FieldError } from "../restore/request/request-problems";
import { formatTraceparent, parseTraceparent } from "../trace-context";
import { Problem, problemTypes } from "./problem";

/** The largest body that is read, in bytes. */
const bodyMaxBytes = 1024 * 1024;

/**
 * The largest event that is parsed. A body within it that is allowed has 4/3 of its size as base64, and less than twice of it as JSON text;
 * the rest is room for headers.
 */
const eventMaxBytes = 2 * bodyMaxBytes + 64 * 1024;

/** The event of an FC 3.0 HTTP trigger, as far as it is used; header case is as received. */
const httpEvent = z.object({
  rawPath: z.string().default("/"),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
  headers: z.record(z.string(), z.string()).default({}),
  queryParameters: z.record(z.string(), z.string()).nullish(),
  requestContext: z.object({
    requestId: z.string().optional(),
    http: z.object({ method: z.string(), path: z.string().optional() }),
  }),
});

export interface HttpRequest {
  readonly method: string;
  /** Decoded path segments, without empty ones. */
  readonly segments: readonly string[];
  readonly query: Readonly<Record<string, string>>;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HttpResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: false;
}

/** @throws Problem `body-too-large`, `invalid-request` */
export function decodeHttpEvent(event: Uint8Array): HttpRequest {
  if (event.length > eventMaxBytes) throw tooLarge(`The request has ${event.length} bytes`);
  const parsed = httpEvent.safeParse(parseEvent(event));
  if (!parsed.success)
    throw new Problem("invalid-request", "The event is not one of an HTTP trigger. Nothing was started.");
  const { rawPath, headers, queryParameters, requestContext, isBase64Encoded } = parsed.data;
  const raw = parsed.data.body ?? "";
  const lowerCase = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const length = Math.max(
    Number(lowerCase["content-length"] ?? 0) || 0,
    Buffer.byteLength(raw, isBase64Encoded ? "base64" : "utf8"),
  );
  if (length > bodyMaxBytes) throw tooLarge(`The body has ${length} bytes`);
  const body = Buffer.from(raw, isBase64Encoded ? "base64" : "utf8");
  return {
    method: requestContext.http.method.toUpperCase(),
    segments: rawPath.split("/").filter(Boolean).map(decodeSegment),
    query: queryParameters ?? {},
    headers: lowerCase,
    body: body.toString("utf8"),
  };
}

/** The trace that the caller works in (W3C Trace Context); one that cannot be read is left out, as the recommendation asks. */
export function traceparentOf({ headers }: HttpRequest): string | undefined {
  const given = parseTraceparent(headers["traceparent"]);
  return given ? formatTraceparent(given) : undefined;
}

function tooLarge(what: string): Problem {
  return new Problem("body-too-large", `${what}; bodies of at most ${bodyMaxBytes} are read. Nothing was started.`);
}

/** Undefined for anything that is not JSON; the schema then refuses it. */
function parseEvent(event: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(event).toString("utf8"));
  } catch {
    return undefined;
  }
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Problem(
      "invalid-request",
      "The path is not well encoded. Send it with percent-encoded UTF-8. Nothing was started.",
    );
  }
}

const mayHalveAPair = /\\u[dD]/;

/** @throws Problem `malformed-json`, `invalid-request` */
export function parseJson(body: string): unknown {
  try {
    return mayHalveAPair.test(body) ? JSON.parse(body, requireWellFormed) : JSON.parse(body);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem("malformed-json", "The body is not JSON. Send one JSON object. Nothing was started.");
  }
}

/** Half of a surrogate pair can be written in JSON, by its escape, and nowhere else: no call to the cloud could carry it. */
function requireWellFormed(name: string, value: unknown): unknown {
  if (typeof value === "string" && /\p{Surrogate}/u.test(value))
    throw new Problem(
      "invalid-request",
      `${name}: The text is not well-formed Unicode: it holds half of a surrogate pair. Send whole characters. Nothing was started.`,
    );
  return value;
}

/** Parses with a schema; every problem is named with its path. @throws Problem `invalid-request` */
export function parseBody<T>(schema: z.ZodType<T>, body: string): T {
  return parseValue(schema, body.trim() === "" ? {} : parseJson(body));
}

/** Query parameters are a closed set as well: a misspelt filter would answer more than was asked for. @throws Problem `invalid-request` */
export function parseQuery<T>(schema: z.ZodType<T>, query: Readonly<Record<string, string>>): T {
  return parseValue(schema, query);
}

function parseValue<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value, { error: inPlainWords });
  if (parsed.success) return parsed.data;
  throw invalidRequest(
    parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message: `It ${message}` })),
  );
}

/** The first error in the sentence, the first twenty in `errors`. Paths and messages that hold what was sent are cut. */
export function invalidRequest(found: readonly FieldError[]): Problem {
  const errors = found
    .slice(0, 20)
    .map(({ path, message }) => ({ path: path.slice(0, 200), message: message.slice(0, 1_000) }));
  const first = errors[0]!;
  return new Problem("invalid-request", `${first.path || "The request"}: ${first.message} Nothing was started.`, {
    errors,
  });
}

export function json(statusCode: number, value: unknown, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return {
    statusCode,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(value),
    isBase64Encoded: false,
  };
}

export function problemResponse(problem: Problem): HttpResponse {
  const { status, title } = problemTypes[problem.code];
  const body = {
    ...problem.extensions,
    type: `urn:rewind:problem:${problem.code}`,
    title,
    status,
    code: problem.code,
    detail: problem.detail,
  };
  return {
    ...json(status, body),
    headers: {
      "content-type": "application/problem+json; charset=utf-8",
      ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
    },
  };
}
