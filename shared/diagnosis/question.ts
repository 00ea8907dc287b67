import * as z from "zod";
import type { LoadedCode } from "../loaded-code";

/** Masters and secrets of one deployment; more are asked about in several questions. */
const listMax = 100;

const question = z.strictObject({
  diagnosis: z.strictObject({
    /** Ids of instances with the secrets that logins to them are in. */
    masters: z
      .array(
        z.strictObject({
          id: z.string().min(1).max(100),
          secretNames: z.array(z.string().min(1).max(192)).max(listMax),
        }),
      )
      .max(listMax),
  }),
});

/** What `npm run doctor` asks a function about the place where it runs. */
export type Question = z.infer<typeof question>;

/**
 * The question in an event; null: it is another event. Queues cannot ask it, because their streams wrap every message: only a caller who may
 * call fc:InvokeFunction can.
 */
export function decodeQuestion(event: Uint8Array): Question | null {
  try {
    return question.safeParse(JSON.parse(Buffer.from(event).toString("utf8"))).data ?? null;
  } catch {
    return null;
  }
}

/** What was found. A code, or null where it works; nothing here is a value of a secret or of a row. */
export interface Diagnosis {
  /** The function's clock, in epoch milliseconds. */
  readonly nowMs: number;
  /** Its Node.js, and whether that takes the code cache of the bundle; null: it was not loaded from a bundle. */
  readonly code: LoadedCode | null;
  /** A signed call of each service that functions read from, under the role of the function. */
  readonly services: readonly { readonly service: string; readonly code: string | null }[];
  readonly secrets: readonly { readonly name: string; readonly code: string | null }[];
  readonly logins: readonly LoginFound[];
}

/** A login to a master with one of its secrets. */
export interface LoginFound {
  readonly masterInstanceId: string;
  readonly secretName: string;
  /** `host:port` of the best address that functions reach; null: they reach none. */
  readonly address: string | null;
  /** `unavailable`: no connection; else as SqlServers says it. */
  readonly code: string | null;
}
