import { faultError } from "../core/faults";
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
import type { LogService } from "./log-service";
import { verifySignature } from "./signature";

export interface SlsServerOptions extends SignedServerOptions {
  readonly service: LogService;
}

type Body = Readonly<Record<string, unknown>>;

/** One operation: what policies call it, what it is about, and its work. */
interface Operation {
  readonly action: string;
  readonly resource: string;
  run(service: LogService): Body | undefined;
}

const bodyBytesMax = 1024 * 1024;
const hangMs = 5_000;

/**
 * Simple Log Service as `@alicloud/sls20201230` speaks it. The project stands in front of the host, `<project>.<endpoint>`; to name one in
 * front of an address, the endpoint begins with `@`, so that the project becomes the user of the URL.
 */
export class SlsServer extends ServiceServer {
  constructor(options: SlsServerOptions) {
    const { faults, reportBug } = options;
    const bodyTooLarge = new ServiceError(413, "PostBodyTooLarge", "The request body is too large.");
    super({ faults, bodyBytesMax, bodyTooLarge, hangMs, reportBug, open: () => new SlsExchange(options) });
  }
}

class SlsExchange implements Exchange {
  readonly #requestId: string;

  constructor(readonly options: SlsServerOptions) {
    this.#requestId = randomRequestId(options.random);
  }

  admit(request: ReceivedRequest): Call {
    const { service, accessKeys, clock, signatureClock = clock, gatekeeper } = this.options;
    const { accessKeyId, securityToken } = verifySignature(request, { nowMs: signatureClock.nowMs(), accessKeys });
    const operation = route(request);
    const { action, resource } = operation;
    const mayGoOn =
      !gatekeeper ||
      (gatekeeper.hasToken(accessKeyId, securityToken) &&
        gatekeeper.may(accessKeyId, { action: `log:${action}`, resource }));
    if (!mayGoOn)
      throw new ServiceError(401, "Unauthorized", `denied by sts or ram, action: log:${action}, resource: ${resource}`);
    return { service: "log", action, run: () => this.#reply(200, operation.run(service)) };
  }

  struck(fault: AnsweredFault): Reply {
    throw faultError(fault);
  }

  refusal({ httpStatus, code, message }: ServiceError): Reply {
    return this.#reply(httpStatus, { errorCode: code, errorMessage: message });
  }

  #reply(status: number, body: Body | undefined): Reply {
    const headers = { "content-type": "application/json", "x-log-requestid": this.#requestId };
    return { status, headers, body: body === undefined ? "" : JSON.stringify(body) };
  }
}

/** @throws ServiceError EmulatorNotImplemented 501 */
function route({ method, target, headers, body }: ReceivedRequest): Operation {
  const [path = "/"] = target.split("?");
  const project = /^([a-z0-9-]+)\.@?/.exec(headers.host ?? "")?.[1] ?? "";
  const [, logstore = "", index = ""] = /^\/logstores\/([\w-]+)(\/index)?$/.exec(path) ?? [];
  const given = (body.length === 0 ? {} : JSON.parse(body.toString("utf8"))) as Body;
  const ofProject = (action: string, run: Operation["run"]) => ({ action, resource: `project/${project}`, run });
  const ofLogstore = (action: string, run: Operation["run"]) => ({
    action,
    resource: `project/${project}/logstore/${logstore || String(given["logstoreName"])}`,
    run,
  });
  switch (`${method} ${logstore ? `logstore${index}` : path}`) {
    case "POST /":
      return {
        action: "CreateProject",
        resource: `project/${given["projectName"]}`,
        run: (service) => void service.createProject(String(given["projectName"]), String(given["description"] ?? "")),
      };
    case "GET /":
      return ofProject("GetProject", (service) => {
        const { name, description, createdAtMs } = service.project(project);
        return { projectName: name, description, status: "Normal", createTime: new Date(createdAtMs).toISOString() };
      });
    case "DELETE /":
      return ofProject("DeleteProject", (service) => void service.deleteProject(project));
    case "GET /logstores":
      return ofProject("ListLogStores", (service) => {
        const logstores = [...service.project(project).logstores.keys()].sort();
        return { count: logstores.length, total: logstores.length, logstores };
      });
    case "POST /logstores":
      return ofLogstore("CreateLogStore", (service) => {
        const name = String(given["logstoreName"]);
        service.createLogstore(project, {
          name,
          ttlDays: Number(given["ttl"]),
          shardCount: Number(given["shardCount"]),
        });
        return undefined;
      });
    case "GET logstore":
      return ofLogstore("GetLogStore", (service) => {
        const { name, ttlDays, shardCount } = service.logstore(project, logstore);
        return { logstoreName: name, ttl: ttlDays, shardCount };
      });
    case "PUT logstore":
      return ofLogstore("UpdateLogStore", (service) => void service.keepFor(project, logstore, Number(given["ttl"])));
    case "GET logstore/index":
      return ofLogstore("GetIndex", (service) => ({ ...service.indexOf(project, logstore) }));
    case "POST logstore/index":
      return ofLogstore("CreateIndex", (service) => void service.createIndex(project, logstore, given));
    case "DELETE logstore":
      return ofLogstore("DeleteLogStore", (service) => void service.deleteLogstore(project, logstore));
  }
  throw notEmulated("Simple Log Service", `${method} ${path}`);
}
