import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from "jose";
import { type Clock, systemClock } from "../clock";

/** A request waits no longer than this for the issuer, and 3 s are promised. */
export const issuerPatienceMs = 2_500;
/** After it failed the issuer is left alone for so long: requests are refused at once instead of waiting one after another. */
const restMs = 5_000;

/**
 * The issuer's key set, read when it is needed and kept for ten minutes. Key ids that are not in it make it read again once in half a
 * minute at most, also when unknown keys are sent on purpose (jose's cool-down).
 */
export function issuerKeys(
  url: string,
  { clock, patienceMs }: { readonly clock: Clock; readonly patienceMs: number } = {
    clock: systemClock,
    patienceMs: issuerPatienceMs,
  },
): JWTVerifyGetKey {
  let restUntilMs = 0;
  const fetchKeys = async (...request: Parameters<typeof fetch>): Promise<Response> => {
    if (clock.nowMs() < restUntilMs) throw new Error("the issuer failed a moment ago");
    // The body counts too: an issuer that begins an answer and does not end it has failed.
    const fetched = await fetch(...request)
      .then(async (response) => new Response(await response.text(), { status: response.status }))
      .catch((error: unknown) => {
        restUntilMs = clock.nowMs() + restMs;
        throw error;
      });
    if (fetched.status !== 200) restUntilMs = clock.nowMs() + restMs;
    return fetched;
  };
  return createRemoteJWKSet(new URL(url), { timeoutDuration: patienceMs, [customFetch]: fetchKeys });
}
