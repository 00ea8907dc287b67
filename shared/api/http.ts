import { z } from "zod";
import { Problem, problemTypes } from "./problem";

/** The largest body that is read, in bytes. */
const bodyMaxBytes = 1024 * 1024;

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
  const parsed = httpEvent.safeParse(JSON.parse(Buffer.from(event).toString("utf8")));
  if (!parsed.success) throw new Problem("invalid-request", "The event is not one of an HTTP trigger.");
  const { rawPath, headers, queryParameters, requestContext, isBase64Encoded } = parsed.data;
  const raw = parsed.data.body ?? "";
  const body = isBase64Encoded ? Buffer.from(raw, "base64") : Buffer.from(raw, "utf8");
  if (body.length > bodyMaxBytes)
    throw new Problem(
      "body-too-large",
      `The body has ${body.length} bytes; at most ${bodyMaxBytes} are read. Nothing was started.`,
    );
  return {
    method: requestContext.http.method.toUpperCase(),
    segments: rawPath.split("/").filter(Boolean).map(decodeSegment),
    query: queryParameters ?? {},
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: body.toString("utf8"),
  };
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Problem("invalid-request", "The path is not well encoded.");
  }
}

/** @throws Problem `malformed-json` */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Problem("malformed-json", "The body is not JSON. Nothing was started.");
  }
}

/** Parses with a schema; every problem is named with its path. @throws Problem `invalid-request` */
export function parseBody<T>(schema: z.ZodType<T>, body: string): T {
  const parsed = schema.safeParse(body.trim() === "" ? {} : parseJson(body));
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues
    .slice(0, 20)
    .map((issue) => ({ path: issue.path.join("."), message: issue.message }));
  const first = errors[0];
  throw new Problem(
    "invalid-request",
    `${first?.path ? `${first.path}: ` : ""}${first?.message ?? "The body has another form."} Nothing was started.`,
    { errors },
  );
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
    type: `urn:rewind:problem:${problem.code}`,
    title,
    status,
    code: problem.code,
    detail: problem.detail,
    ...problem.extensions,
  };
  return {
    ...json(status, body),
    headers: {
      "content-type": "application/problem+json; charset=utf-8",
      ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
    },
  };
}
