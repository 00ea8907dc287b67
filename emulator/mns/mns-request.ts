import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { refusal } from "./refusals";

/** One request, read but not yet trusted. */
export interface MnsRequest {
  readonly method: string;
  /** Path and query exactly as they were sent: what the signature covers. */
  readonly target: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export async function readMnsRequest(incoming: IncomingMessage): Promise<MnsRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const target = incoming.url ?? "/";
  const [path = "/"] = target.split("?", 1);
  return {
    method: incoming.method ?? "GET",
    target,
    path,
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString(),
  };
}

/**
 * The query by lower-cased name: clients disagree on the case of `ReceiptHandle`. The Node client sends receipt handles unencoded, so
 * `+` stays itself and only the first `=` divides.
 * @throws CloudError InvalidQueryString 400
 */
export function queryOf(target: string): ReadonlyMap<string, string> {
  const start = target.indexOf("?");
  const items = start < 0 ? [] : target.slice(start + 1).split("&");
  return new Map(
    items
      .filter((item) => item !== "")
      .map((item) => {
        const [name = "", ...value] = item.split("=");
        return [name.toLowerCase(), percentDecode(value.join("="))] as const;
      }),
  );
}

function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refusal("InvalidQueryString", `Http request URL contains invalid querystring item "${text}".`);
  }
}
