import type { z } from "zod";
import { CloudError } from "../cloud-error";
import { parseAnswer } from "../rpc/answer";
import type { Rpc, RpcQuery } from "../rpc/rpc";
import { meansNoInstance } from "../statuses";

/** Pages that are read of any list before something is wrong. */
const pagesMax = 200;

export interface ModelRequest {
  toMap(): Record<string, string | number | boolean | undefined>;
}

/** Calls of RDS: requests are official models, answers are parsed by a schema. @throws CloudError */
export class RdsCalls {
  readonly #rpc: Rpc;

  constructor(rpc: Rpc) {
    this.#rpc = rpc;
  }

  async read<T>(action: string, request: ModelRequest, schema: z.ZodType<T>): Promise<T> {
    return parseAnswer(schema, await this.#rpc.call(action, queryOf(request), { changing: false }), "rds", action);
  }

  /** The answer of a changing call that cannot be parsed leaves the outcome unknown. */
  async change<T>(action: string, request: ModelRequest, schema: z.ZodType<T>): Promise<T> {
    const answer = await this.#rpc.call(action, queryOf(request), { changing: true });
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    throw new CloudError(
      "unknown-outcome",
      "rds",
      action,
      "BadAnswer",
      `rds ${action} answered without what it should carry`,
    );
  }

  /** Reads pages until a short one: not every list carries a reliable total. */
  async pages<T>(
    action: string,
    request: (pageNumber: number) => ModelRequest,
    schema: z.ZodType<T[]>,
    pageSize: number,
  ): Promise<T[]> {
    const all: T[] = [];
    for (let pageNumber = 1; pageNumber <= pagesMax; pageNumber++) {
      const items = await this.read(action, request(pageNumber), schema);
      all.push(...items);
      if (items.length < pageSize) return all;
    }
    throw new CloudError("unavailable", "rds", action, "TooManyPages", `rds ${action} has more than ${pagesMax} pages`);
  }

  async orGone<T>(call: Promise<T>): Promise<T | null> {
    try {
      return await call;
    } catch (error) {
      if (error instanceof CloudError && meansNoInstance(error.code)) return null;
      throw error;
    }
  }
}

function queryOf(request: ModelRequest): RpcQuery {
  return request.toMap();
}
