import { faultError } from "../core/faults";
import { randomRequestId } from "../core/random";
import type { RpcService } from "../core/rpc-service";
import { ServiceError } from "../core/service-error";
import {
  type AnsweredFault,
  type Call,
  type Exchange,
  type ReceivedRequest,
  type Reply,
  ServiceServer,
  type SignedServerOptions,
} from "../http/service-server";
import { NonceBook } from "./nonce-book";
import { addressee, decodeRpcRequest, type VerifiedRequest, verified } from "./rpc-request";

export interface RpcServerOptions extends SignedServerOptions {
  readonly services: readonly RpcService[];
}

/** DTS object lists may reach 1 MB, percent-encoded three times that. */
const bodyBytesMax = 4 * 1024 * 1024;
/** The codes of those that do not answer Forbidden.RAM to a caller without the permission. */
const denials: Readonly<Record<string, string>> = { kms: "Forbidden.NoPermission", ram: "NoPermission" };
/** Beyond the 3 s that the official clients wait by default. */
const hangMs = 5_000;

/** One HTTP endpoint for all services of the RPC family: the version in the request chooses the service, whatever the host is called. */
export class RpcServer extends ServiceServer {
  constructor(options: RpcServerOptions) {
    const nonces = new NonceBook();
    const { faults, reportBug } = options;
    const bodyTooLarge = new ServiceError(413, "RequestEntityTooLarge", "The request body is too large.");
    super({ faults, bodyBytesMax, bodyTooLarge, hangMs, reportBug, open: () => new RpcExchange(options, nonces) });
  }
}

class RpcExchange implements Exchange {
  readonly #requestId: string;
  #product = "gateway";

  constructor(
    readonly options: RpcServerOptions,
    readonly nonces: NonceBook,
  ) {
    this.#requestId = randomRequestId(options.random);
  }

  admit(received: ReceivedRequest): Call {
    const { clock, signatureClock = clock, accessKeys } = this.options;
    const request = decodeRpcRequest(received);
    const { version, action } = addressee(request);
    const service = this.#service(version, action);
    this.#product = service.product;
    const check = { nowMs: signatureClock.nowMs(), accessKeys, nonces: this.nonces };
    const caller = verified(request, check);
    this.#requirePermission(service, action, caller);
    const run = () => this.#reply(200, service.call(action, caller.parameters));
    return { service: service.product, action, run };
  }

  /** @throws ServiceError InvalidSecurityToken.MismatchWithAccessKey 400; a code of the service 403 */
  #requirePermission(service: RpcService, action: string, caller: VerifiedRequest): void {
    const { gatekeeper } = this.options;
    const { accessKeyId, securityToken, parameters } = caller;
    if (!gatekeeper) return;
    if (!gatekeeper.hasToken(accessKeyId, securityToken))
      throw new ServiceError(400, "InvalidSecurityToken.MismatchWithAccessKey", "The security token is not the key's.");
    const resource = service.resourceOf?.(parameters) ?? "*";
    if (gatekeeper.may(accessKeyId, { action: `${service.product}:${action}`, resource })) return;
    throw new ServiceError(
      403,
      denials[service.product] ?? "Forbidden.RAM",
      "User not authorized to operate on the specified resource.",
    );
  }

  /** `success-false` is a failure that DTS reports inside an answer of status 200. */
  struck(fault: AnsweredFault): Reply {
    if (fault.kind !== "success-false") throw faultError(fault);
    return this.#reply(200, {
      Success: false,
      ErrCode: "InternalError",
      ErrMessage: "The request processing has failed due to some unknown error.",
    });
  }

  refusal({ httpStatus, code, message, retryAfterMs }: ServiceError): Reply {
    const product = this.#product;
    const refused = {
      HostId: `${product}.aliyuncs.com`,
      Code: code,
      Message: message,
      Recommend: `https://api.aliyun.com/troubleshoot?q=${code}&product=${product}&requestId=${this.#requestId}`,
    };
    return this.#reply(
      httpStatus,
      refused,
      retryAfterMs === undefined ? {} : { "x-acs-retry-after": String(retryAfterMs) },
    );
  }

  #service(version: string, action: string): RpcService {
    for (const [name, value] of Object.entries({ Action: action, Version: version })) {
      if (value !== "") continue;
      throw new ServiceError(
        400,
        "MissingParameter",
        `The input parameter "${name}" that is mandatory for processing this request is not supplied.`,
      );
    }
    const service = this.options.services.find((candidate) => candidate.version === version);
    if (service) return service;
    throw new ServiceError(404, "InvalidVersion", "Specified parameter Version is not valid.");
  }

  #reply(status: number, body: Readonly<Record<string, unknown>>, headers: Readonly<Record<string, string>> = {}) {
    const always = { "content-type": "application/json;charset=utf-8", "x-acs-request-id": this.#requestId };
    return {
      status,
      headers: { ...always, ...headers },
      body: JSON.stringify({ RequestId: this.#requestId, ...body }),
    };
  }
}
