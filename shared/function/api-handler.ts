import type { HttpResponse } from "../api/http";
import { answerHttp } from "../api/router";
import type { SqlServers } from "../cloud/sql-server";
import type { FunctionContext } from "./context";
import { wireApi } from "./wiring";

/** The HTTP trigger. */
export function apiHandler(sqlServers: SqlServers) {
  return (event: Uint8Array, context: FunctionContext): Promise<HttpResponse> =>
    answerHttp(wireApi(context, sqlServers), event, context.requestId);
}
