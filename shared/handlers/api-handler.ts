import type { HttpResponse } from "../api/http";
import { answerHttp } from "../api/router";
import type { FunctionContext } from "./function-context";
import type { OpenSqlServers } from "./sql-servers";
import { wireApi } from "./wiring";

/** The HTTP trigger. */
export function apiHandler(openSqlServers: OpenSqlServers) {
  return (event: Uint8Array, context: FunctionContext): Promise<HttpResponse> =>
    answerHttp(wireApi(context, openSqlServers), event, context.requestId);
}
