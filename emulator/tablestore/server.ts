import { createHash } from "node:crypto";
import { randomRequestId } from "../core/random";
import { notEmulated, ServiceError } from "../core/service-error";
import {
  type AnsweredFault,
  type Call,
  type Exchange,
  type ReceivedRequest,
  type Reply,
  ServiceServer,
  type SignedServerOptions,
} from "../http/service-server";
import type { Operation } from "./operation";
import { authFailed, noPermission, parameterInvalid } from "./ots-error";
import { decodeMessage, encodeMessage } from "./protocol";
import { type VerifiedRequest, verifyRequest } from "./request-signature";
import { rowOperations } from "./row-operations";
import { tableOperations } from "./table-operations";
import type { TablestoreService } from "./tablestore-service";
import { unplayedOperations } from "./unplayed-operations";

export interface TablestoreServerOptions extends SignedServerOptions {
  /** The instance of that name, unless there is none. @throws ServiceError when it does not let callers of this network in */
  readonly instanceOf: (name: string) => TablestoreService | undefined;
}

/** Batches of 4 MB and their keys. */
const bodyBytesMax = 8 * 1024 * 1024;
/** The Node client waits without a limit unless it is given one. */
const hangMs = 5_000;

/** The HTTP endpoint of all instances, whatever the host is called: protobuf with PlainBuffer rows, every request signed. */
export class TablestoreServer extends ServiceServer {
  constructor(options: TablestoreServerOptions) {
    const { faults, reportBug } = options;
    const bodyTooLarge = new ServiceError(413, "OTSRequestBodyTooLarge", "The size of POST data is too large.");
    super({ faults, bodyBytesMax, bodyTooLarge, hangMs, reportBug, open: () => new TablestoreExchange(options) });
  }
}

class TablestoreExchange implements Exchange {
  constructor(readonly options: TablestoreServerOptions) {}

  admit({ method, target: path, headers, body }: ReceivedRequest): Call {
    if (method !== "POST") {
      throw new ServiceError(405, "OTSMethodNotAllowed", "Only POST method for requests is supported.");
    }
    const { instanceOf, signatureClock, clock, accessKeys } = this.options;
    const nowMs = (signatureClock ?? clock).nowMs();
    const isInstance = (name: string) => instanceOf(name) !== undefined;
    const caller = verifyRequest({ path, headers, body }, { nowMs, isInstance, accessKeys });
    const service = instanceOf(caller.instanceName)!;
    const action = path.slice(1);
    const operation = played(action);
    this.#requirePermission(caller, action, body);
    return { service: "tablestore", action, run: () => this.#reply(200, operation(service, body)) };
  }

  /** @throws ServiceError OTSAuthFailed 403, OTSNoPermissionAccess 403 */
  #requirePermission(caller: VerifiedRequest, action: string, body: Buffer): void {
    const { gatekeeper } = this.options;
    const { accessKeyId, securityToken, instanceName } = caller;
    if (!gatekeeper) return;
    if (!gatekeeper.hasToken(accessKeyId, securityToken)) throw authFailed("The security token is not the key's.");
    const { tableName = "*" } = decodeMessage<{ tableName?: string }>(`${action}Request`, body);
    const resource = `instance/${instanceName}/table/${tableName}`;
    if (!gatekeeper.may(accessKeyId, { action: `ots:${action}`, resource })) throw noPermission();
  }

  /** Tablestore has no refusals inside a 200, so `success-false` is a failure too. */
  struck({ kind }: AnsweredFault): Reply {
    if (kind === "throttle") throw new ServiceError(503, "OTSServerBusy", "Server is busy.");
    throw new ServiceError(500, "OTSInternalServerError", "Internal server error.");
  }

  refusal({ httpStatus, code, message }: ServiceError): Reply {
    return this.#reply(httpStatus, encodeMessage("Error", { code, message }));
  }

  #reply(status: number, body: Buffer): Reply {
    const { random, clock } = this.options;
    const headers = {
      "content-type": "application/x.pb2",
      "x-ots-requestid": randomRequestId(random).toLowerCase(),
      "x-ots-date": new Date(clock.nowMs()).toISOString(),
      "x-ots-contenttype": "protocol buffer",
      "x-ots-contentmd5": createHash("md5").update(body).digest("base64"),
    };
    return { status, headers, body };
  }
}

function played(action: string): Operation {
  const operation = tableOperations.get(action) ?? rowOperations.get(action);
  if (operation) return operation;
  if (unplayedOperations.has(action)) throw notEmulated("Tablestore", action);
  throw parameterInvalid(`Unsupported operation: '${action}'.`);
}
