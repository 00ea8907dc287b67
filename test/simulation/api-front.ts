import type { Identity } from "../../shared/api/identity";
import { answerHttp } from "../../shared/api/router";
import { CallLost, inTime } from "./process";
import type { World } from "./world";

/** The timeout of the function restore-api in s.yaml; nobody hears of what takes longer. */
const patienceMs = 60_000;

/** The role that may ask for automatic approval. */
export const automaticRole = "automatic";

export interface ApiCall {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly caller: string;
  readonly roles: readonly string[];
  readonly body: unknown;
  readonly idempotencyKey?: string | null;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** `Bearer ann/requester,approver`. Checking signatures takes real time, which does not pass here. */
const identity: Identity = {
  async verify(token) {
    const [subject = "", roles = ""] = token.split("/");
    return { subject, roles: new Set(roles.split(",")), masters: null, key: null };
  },
};

/**
 * The HTTP API of a world: the real router and handlers, each call in a process of its own that can die between any two of its
 * calls, and whose answer can be lost.
 */
export class ApiFront {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** @returns null when no answer came: nobody knows what was done */
  async send(call: ApiCall): Promise<ApiAnswer | null> {
    const { scheduler } = this.#world;
    const process = this.#world.process("restore-api");
    const answer = await inTime(scheduler, process, patienceMs, this.#answer(process, call));
    this.#world.note(`${call.caller}: ${call.method} ${call.path} -> ${answer?.status ?? "no answer"}`);
    return answer;
  }

  async #answer(process: ReturnType<World["process"]>, call: ApiCall): Promise<ApiAnswer | null> {
    const deps = {
      ...this.#world.dependencies(process),
      identity,
      automaticApprovalRole: automaticRole,
      restoresPerCaller: 100,
      openapiPublic: false,
    };
    const response = await answerHttp(deps, httpEvent(call), "request-1");
    // A failing cloud is answered as such; this status is for bugs.
    if (response.statusCode === 500) this.#world.scheduler.fail(new Error(`${call.method} ${call.path} met a bug`));
    try {
      return await process.call("http answer", false, () => ({
        status: response.statusCode,
        body: JSON.parse(response.body) as ApiAnswer["body"],
      }));
    } catch (error) {
      if (!(error instanceof CallLost)) throw error;
      return null;
    }
  }
}

/** Worth asking again: no answer, or a cloud that did not answer. */
export function isPassing(answer: ApiAnswer | null): boolean {
  return answer === null || answer.status === 503;
}

function httpEvent(call: ApiCall): Uint8Array {
  const event = {
    rawPath: call.path,
    headers: {
      Authorization: `Bearer ${call.caller}/${call.roles.join(",")}`,
      ...(call.idempotencyKey ? { "Idempotency-Key": call.idempotencyKey } : {}),
    },
    body: JSON.stringify(call.body),
    isBase64Encoded: false,
    requestContext: { http: { method: call.method } },
  };
  return Buffer.from(JSON.stringify(event));
}
