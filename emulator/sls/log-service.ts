import type { Clock } from "../core/clock";
import { ServiceError } from "../core/service-error";

export interface LogProject {
  readonly name: string;
  readonly description: string;
  readonly createdAtMs: number;
  /** By name. */
  readonly logstores: Map<string, Logstore>;
}

export interface Logstore {
  readonly name: string;
  /** How long lines are kept, in days; 3650: for ever. */
  ttlDays: number;
  readonly shardCount: number;
  /** Without one its lines are kept, and cannot be searched. */
  index?: LogIndex;
}

/** By field: how it is indexed. `line`: every word of every field. */
export interface LogIndex {
  readonly line?: Readonly<Record<string, unknown>>;
  readonly keys?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface LogServiceOptions {
  readonly clock: Clock;
  /** Names that other accounts have: they are unique in a region. */
  readonly foreignNames?: readonly string[];
}

/** Projects and logstores of Simple Log Service, without lines: functions of the local cloud write to their log, not here. */
export class LogService {
  readonly #options: LogServiceOptions;
  readonly #projects = new Map<string, LogProject>();

  constructor(options: LogServiceOptions) {
    this.#options = options;
  }

  projects(): LogProject[] {
    return [...this.#projects.values()];
  }

  /** @throws ServiceError ProjectNotExist 404 */
  project(name: string): LogProject {
    const project = this.#projects.get(name);
    if (project) return project;
    throw new ServiceError(404, "ProjectNotExist", `The Project does not exist : ${name}`);
  }

  /** @throws ServiceError ParameterInvalid 400, ProjectAlreadyExist 400 */
  createProject(name: string, description: string): void {
    if (!/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name)) throw invalid("projectName");
    const isTaken = this.#projects.has(name) || this.#options.foreignNames?.includes(name);
    if (isTaken) throw new ServiceError(400, "ProjectAlreadyExist", `project ${name} already exists`);
    const createdAtMs = this.#options.clock.nowMs();
    this.#projects.set(name, { name, description, createdAtMs, logstores: new Map() });
  }

  /** With its logstores. @throws ServiceError ProjectNotExist 404 */
  deleteProject(name: string): void {
    this.project(name);
    this.#projects.delete(name);
  }

  /** @throws ServiceError ProjectNotExist 404, LogStoreNotExist 404 */
  logstore(projectName: string, name: string): Logstore {
    const logstore = this.project(projectName).logstores.get(name);
    if (logstore) return logstore;
    throw new ServiceError(404, "LogStoreNotExist", `logstore ${name} does not exist`);
  }

  /** @throws ServiceError ProjectNotExist 404, LogStoreAlreadyExist 400, ParameterInvalid 400 */
  createLogstore(projectName: string, logstore: Logstore): void {
    const { logstores } = this.project(projectName);
    if (logstores.has(logstore.name))
      throw new ServiceError(400, "LogStoreAlreadyExist", `logstore ${logstore.name} already exists`);
    requireDays(logstore.ttlDays);
    logstores.set(logstore.name, logstore);
  }

  /** @throws ServiceError ProjectNotExist 404, LogStoreNotExist 404, ParameterInvalid 400 */
  keepFor(projectName: string, name: string, days: number): void {
    requireDays(days);
    this.logstore(projectName, name).ttlDays = days;
  }

  /** @throws ServiceError ProjectNotExist 404, LogStoreNotExist 404, IndexConfigNotExist 404 */
  indexOf(projectName: string, name: string): LogIndex {
    const { index } = this.logstore(projectName, name);
    if (index) return index;
    throw new ServiceError(404, "IndexConfigNotExist", "index config doesn't exist");
  }

  /** @throws ServiceError ProjectNotExist 404, LogStoreNotExist 404, IndexAlreadyExist 400, IndexInfoInvalid 400 */
  createIndex(projectName: string, name: string, index: LogIndex): void {
    const logstore = this.logstore(projectName, name);
    if (logstore.index) throw new ServiceError(400, "IndexAlreadyExist", "Logstore index is already created.");
    const fields = [...(index.line ? [index.line] : []), ...Object.values(index.keys ?? {})];
    const isWhole = ({ token, type = "text" }: Readonly<Record<string, unknown>>) =>
      type !== "text" || Array.isArray(token);
    if (fields.length === 0 || !fields.every(isWhole))
      throw new ServiceError(400, "IndexInfoInvalid", "Required field token is lacking or of error format.");
    logstore.index = index;
  }

  /** @throws ServiceError ProjectNotExist 404, LogStoreNotExist 404 */
  deleteLogstore(projectName: string, name: string): void {
    this.logstore(projectName, name);
    this.project(projectName).logstores.delete(name);
  }
}

function requireDays(days: number): void {
  if (!Number.isInteger(days) || days < 1 || days > 3650) throw invalid("ttl");
}

function invalid(name: string): ServiceError {
  return new ServiceError(400, "ParameterInvalid", `The value of parameter ${name} is not valid.`);
}
