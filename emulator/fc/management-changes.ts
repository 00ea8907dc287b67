import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { unzipSync } from "fflate";
import { ServiceError } from "../core/service-error";
import { DefinitionError, type FunctionDefinition, readFunction } from "./definition";
import { withoutEmptySettings } from "./empty-settings";
import type { FunctionCompute } from "./function-compute";
import type { LiveFunction } from "./live-function";

type Body = Readonly<Record<string, unknown>>;

/** The operations of version 2023-03-30 that make, change and remove functions and triggers. */
export class FunctionChanges {
  readonly #compute: FunctionCompute;
  readonly #regionId: string;
  /** Unpacked code; removed with `clear`. */
  readonly #folders = new Set<string>();

  constructor(compute: FunctionCompute, regionId: string) {
    this.#compute = compute;
    this.#regionId = regionId;
  }

  /** @throws ServiceError FunctionAlreadyExists 409, InvalidArgument 400 */
  async create(body: Body): Promise<FunctionDefinition> {
    const { code, ...given } = body;
    const fields = withoutEmptySettings(given);
    const name = String(fields["functionName"] ?? "");
    if (this.#compute.live(name))
      throw new ServiceError(409, "FunctionAlreadyExists", `function '${name}' already exists`);
    if (code === undefined) throw new ServiceError(400, "InvalidArgument", "code is required");
    return this.#put({ region: this.#regionId, ...fields }, this.#unpack(code));
  }

  /** Fields that are left out stay, the code too. @throws ServiceError InvalidArgument 400 */
  update(live: LiveFunction, { code, ...fields }: Body): Promise<FunctionDefinition> {
    return this.#put(
      { ...propsOf(live), ...withoutEmptySettings(fields) },
      code === undefined ? live.codePath : this.#unpack(code),
    );
  }

  /** @throws ServiceError InvalidArgument 400 when it has triggers */
  async remove({ target }: LiveFunction): Promise<void> {
    const { functionName, triggers } = target.definition;
    if (triggers.length > 0)
      throw new ServiceError(400, "InvalidArgument", "The function has triggers; delete them first.");
    await this.#compute.remove(functionName);
  }

  /** @throws ServiceError TriggerAlreadyExists 409, InvalidArgument 400 */
  async createTrigger(live: LiveFunction, body: Body): Promise<void> {
    const { triggers } = live.target.definition;
    const name = String(body["triggerName"]);
    if (triggers.some(({ triggerName }) => triggerName === name))
      throw new ServiceError(409, "TriggerAlreadyExists", `trigger '${name}' already exists`);
    // That a stream comes last is a rule for definitions, because of the component; the platform keeps no order.
    const all = [...triggers, triggerOf(body)];
    const isStream = ({ triggerType }: Body) => triggerType === "eventbridge";
    const ordered = [...all.filter((trigger) => !isStream(trigger)), ...all.filter(isStream)];
    await this.#put({ ...propsOf(live), triggers: ordered }, live.codePath);
  }

  /** @throws ServiceError TriggerNotFound 404, InvalidArgument 400 */
  async updateTrigger(live: LiveFunction, name: string, body: Body): Promise<void> {
    const triggers = requireTrigger(live, name).map((trigger) =>
      trigger.triggerName === name ? { ...trigger, ...triggerOf({ ...body, triggerName: name }) } : trigger,
    );
    await this.#put({ ...propsOf(live), triggers }, live.codePath);
  }

  /** @throws ServiceError TriggerNotFound 404 */
  async deleteTrigger(live: LiveFunction, name: string): Promise<void> {
    const triggers = requireTrigger(live, name).filter(({ triggerName }) => triggerName !== name);
    await this.#put({ ...propsOf(live), triggers }, live.codePath);
  }

  /** Retries of asynchronous calls. @throws ServiceError InvalidArgument 400 */
  async setRetries(live: LiveFunction, maxAsyncRetryAttempts: unknown): Promise<void> {
    await this.#put({ ...propsOf(live), asyncInvokeConfig: { maxAsyncRetryAttempts } }, live.codePath);
  }

  /** @throws ServiceError InvalidArgument 400 */
  async reserve(live: LiveFunction, reservedConcurrency: unknown): Promise<void> {
    await this.#put({ ...propsOf(live), concurrencyConfig: { reservedConcurrency } }, live.codePath);
  }

  clear(): void {
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
  }

  async #put(props: Body, codePath: string): Promise<FunctionDefinition> {
    const resource = String(props["functionName"]);
    try {
      const definition = readFunction(resource, { ...props, code: codePath });
      await this.#compute.put(definition, codePath);
      return definition;
    } catch (error) {
      if (error instanceof DefinitionError) throw new ServiceError(400, "InvalidArgument", error.problems.join(" "));
      throw error;
    }
  }

  /** @throws ServiceError InvalidArgument 400 */
  #unpack(code: unknown): string {
    const { zipFile } = (code ?? {}) as { zipFile?: string };
    if (!zipFile) throw new ServiceError(400, "InvalidArgument", "the local cloud takes code as zipFile only");
    const folder = mkdtempSync(path.join(tmpdir(), "local-fc-"));
    this.#folders.add(folder);
    for (const [name, bytes] of Object.entries(filesOf(zipFile))) {
      const file = path.join(folder, name);
      // A name that leads out of the folder would write over files of the person who runs this cloud.
      if (!file.startsWith(folder + path.sep))
        throw new ServiceError(400, "InvalidArgument", `bad name in zip: ${name}`);
      mkdirSync(path.dirname(file), { recursive: true });
      if (!name.endsWith("/")) writeFileSync(file, bytes);
    }
    return folder;
  }
}

function filesOf(zipFile: string): Record<string, Uint8Array> {
  try {
    return unzipSync(Buffer.from(zipFile, "base64"));
  } catch {
    throw new ServiceError(400, "InvalidArgument", "zipFile is no zip in base64");
  }
}

/** The configuration travels as JSON inside a string. @throws ServiceError InvalidArgument 400 */
function triggerOf({ triggerName, triggerType, triggerConfig, qualifier = "LATEST" }: Body): Body {
  try {
    const type = triggerType === undefined ? {} : { triggerType };
    return { triggerName, ...type, qualifier, triggerConfig: JSON.parse(String(triggerConfig)) };
  } catch {
    throw new ServiceError(400, "InvalidArgument", "triggerConfig is no JSON");
  }
}

function requireTrigger({ target }: LiveFunction, name: string): FunctionDefinition["triggers"] {
  const { triggers } = target.definition;
  if (triggers.some(({ triggerName }) => triggerName === name)) return triggers;
  throw new ServiceError(404, "TriggerNotFound", `trigger '${name}' does not exist`);
}

/** A definition as it was read. */
function propsOf({ target }: LiveFunction): Body {
  const {
    resource: _,
    role,
    vpcConfig,
    logConfig,
    maxAsyncRetryAttempts,
    reservedConcurrency,
    ...rest
  } = target.definition;
  return {
    ...rest,
    asyncInvokeConfig: { maxAsyncRetryAttempts },
    ...(role === null ? {} : { role }),
    ...(vpcConfig === null ? {} : { vpcConfig }),
    ...(logConfig === null ? {} : { logConfig }),
    ...(reservedConcurrency === null ? {} : { concurrencyConfig: { reservedConcurrency } }),
  };
}
