import { refusal } from "./refusals";

/**
 * The query by lower-cased name: clients disagree on the case of `ReceiptHandle`. The Node client sends receipt handles unencoded, so
 * `+` stays itself and only the first `=` divides.
 * @throws ServiceError InvalidQueryString 400
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
