import type { z } from "zod";
import type { ApiDependencies } from "./api-dependencies";
import type { HttpRequest, HttpResponse } from "./http";
import type { Caller, Role } from "./identity";

type Handler = (
  deps: ApiDependencies,
  request: HttpRequest,
  caller: Caller,
  parameters: Parameters,
) => Promise<HttpResponse>;

/** The segments of the path, by the names that the route gives them. */
type Parameters = Readonly<Record<string, string>>;

export interface Route {
  readonly method: "GET" | "POST";
  /** `{name}` stands for one segment, handed to the handler by that name. */
  readonly path: string;
  readonly role: Role;
  readonly summary: string;
  /** The schema that validates the body; the OpenAPI document is made from it. */
  readonly body?: z.ZodType;
  /** The schema that validates the query. */
  readonly query?: z.ZodObject;
  /** Taken from the header: the same key with the same body answers the same restore. */
  readonly idempotent?: true;
  readonly handler: Handler;
}

/** The named segments, or null where the path is another one. */
export function match(path: string, segments: readonly string[]): Parameters | null {
  const parts = path.split("/");
  if (parts.length !== segments.length) return null;
  const found: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index]!;
    const name = parameterName(part);
    if (name === null && part !== segment) return null;
    if (name !== null) found[name] = segment;
  }
  return found;
}

/** `{name}` is a parameter of that name; null: a fixed segment. */
export function parameterName(part: string): string | null {
  return /^\{(\w+)\}$/.exec(part)?.[1] ?? null;
}
