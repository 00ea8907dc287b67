import { randomText } from "../core/random";
import type { ServiceError } from "../core/service-error";
import {
  type AnsweredFault,
  type Call,
  type Exchange,
  type ReceivedRequest,
  type Reply,
  ServiceServer,
  type SignedServerOptions,
} from "../http/service-server";
import { LongPolls } from "./long-poll";
import type { MnsService } from "./mns-service";
import type { MnsReply } from "./operation";
import { queryOf } from "./query";
import { refusal } from "./refusals";
import { operations, route } from "./route";
import { verifySignature } from "./signature";
import { parseXml, renderXml } from "./xml";

export interface MnsServerOptions extends SignedServerOptions {
  readonly service: MnsService;
}

/** Sixteen messages of 64 KB in XML, where each character may take six. */
const bodyBytesMax = 8 * 1024 * 1024;
/** Beyond the 40 s that the Node client waits by default. */
const hangMs = 45_000;

/** MNS as its clients see it: signed HTTP with XML bodies. One account, whatever the host is called. */
export class MnsServer extends ServiceServer {
  constructor(options: MnsServerOptions) {
    const polls = new LongPolls(options.service, options.clock);
    const { faults, reportBug } = options;
    // The code for a body of any length is unverified.
    const bodyTooLarge = refusal("InvalidArgument", "The request body is too large.");
    super({ faults, bodyBytesMax, bodyTooLarge, hangMs, reportBug, open: () => new MnsExchange(options, polls) });
  }
}

class MnsExchange implements Exchange {
  readonly #requestId: string;

  constructor(
    readonly options: MnsServerOptions,
    readonly polls: LongPolls,
  ) {
    this.#requestId = randomText(options.random, 24, "0123456789ABCDEF");
  }

  admit(request: ReceivedRequest): Call {
    const { service, accessKeys, clock, signatureClock = clock } = this.options;
    const caller = verifySignature(request, { nowMs: signatureClock.nowMs(), accessKeys });
    const { method, target, headers, abandoned } = request;
    const [path = "/"] = target.split("?", 1);
    const query = queryOf(target);
    const document = request.body.length === 0 ? undefined : parseXml(request.body.toString());
    const { action, queueName } = route({ method, path, query, document });
    this.#requirePermission(caller, action, path);
    const call = { service, polls: this.polls, queueName, query, headers, document, abandoned };
    return { service: "mns", action, run: async () => this.#reply(await operations[action](call)) };
  }

  /** Policies name a queue by its path, `/queues/q` or `/queues/q/messages`. @throws ServiceError AccessDenied 403 */
  #requirePermission(caller: ReturnType<typeof verifySignature>, action: string, path: string): void {
    const { gatekeeper } = this.options;
    const { accessKeyId, securityToken } = caller;
    if (!gatekeeper) return;
    const mayGoOn =
      gatekeeper.hasToken(accessKeyId, securityToken) &&
      gatekeeper.may(accessKeyId, { action: `mns:${action}`, resource: path });
    if (!mayGoOn) throw refusal("AccessDenied");
  }

  /**
   * `success-false` is a gateway's refusal without XML, which the Node client does not throw but hands back as `{code: 503}`: this
   * service's failure that looks like success.
   */
  struck({ kind }: AnsweredFault): Reply {
    if (kind === "success-false") return { status: 503, headers: {}, body: "" };
    throw refusal(kind === "throttle" ? "TooManyRequests" : "InternalError");
  }

  refusal({ httpStatus, code, message }: ServiceError): Reply {
    const { accountId, regionId } = this.options.service;
    const children = {
      Code: code,
      Message: message,
      RequestId: this.#requestId,
      HostId: `http://${accountId}.mns.${regionId}.aliyuncs.com`,
    };
    return this.#reply({ status: httpStatus, body: { root: "Error", children } });
  }

  #reply({ status, headers, body }: MnsReply): Reply {
    const always = { "x-mns-request-id": this.#requestId, "x-mns-version": "2015-06-06", ...headers };
    if (!body) return { status, headers: always, body: "" };
    const xml = renderXml(body.root, body.children);
    return { status, headers: { ...always, "content-type": "text/xml;charset=utf-8" }, body: xml };
  }
}
