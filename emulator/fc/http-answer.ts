/** What a handler of an HTTP trigger answered, as it goes onto the wire. */
export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

/**
 * Reads `{statusCode, headers, body, isBase64Encoded}`. A payload that is no such object becomes the body of a 200: the platform's
 * rule for it is undocumented, handlers should always answer the whole object.
 */
export function readHttpAnswer(payload: Buffer): HttpAnswer {
  const plain = { statusCode: 200, headers: {}, body: payload };
  const value = parsed(payload);
  if (typeof value !== "object" || value === null || !("statusCode" in value)) return plain;
  const { statusCode, headers, body, isBase64Encoded } = value as Record<string, unknown>;
  if (typeof statusCode !== "number" || statusCode < 200 || statusCode > 599) return plain;
  return {
    statusCode,
    headers: readHeaders(headers),
    body:
      typeof body === "string"
        ? Buffer.from(body, isBase64Encoded === true ? "base64" : "utf8")
        : Buffer.from(body === undefined || body === null ? "" : JSON.stringify(body)),
  };
}

function parsed(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString("utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Lengths and transfer are the gateway's own business. */
function readHeaders(given: unknown): Record<string, string | string[]> {
  if (typeof given !== "object" || given === null) return {};
  return Object.fromEntries(
    Object.entries(given)
      .filter(([name]) => !/^(content-length|transfer-encoding|connection)$/i.test(name))
      .map(([name, value]) => [name, Array.isArray(value) ? value.map(String) : String(value)]),
  );
}
