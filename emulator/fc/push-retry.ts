import type { Random } from "../core/random";
import type { StreamTrigger } from "./trigger-definition";

export type PushRetryStrategy = StreamTrigger["triggerConfig"]["runOptions"]["retryStrategy"]["PushRetryStrategy"];

/**
 * EventBridge's wait before the next push of a batch that failed `failures` times, in platform milliseconds; undefined when it gives
 * up. ("Retry policies and dead-letter queues": three retries 10-20 s apart, or 176 retries 1, 2, 4 … 512 s apart, about one day.)
 */
export function pushRetryDelayMs(strategy: PushRetryStrategy, failures: number, random: Random): number | undefined {
  if (strategy === "BACKOFF_RETRY") return failures <= 3 ? 10_000 + random.next() * 10_000 : undefined;
  return failures <= 176 ? Math.min(2 ** (failures - 1), 512) * 1_000 : undefined;
}
