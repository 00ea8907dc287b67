import path from "node:path";
import { Worker } from "node:worker_threads";
import type { FunctionDefinition } from "./definition";
import type { FunctionCredentials, InvocationFailure } from "./invocation";

/** Where and as whom an instance runs. */
export interface InstanceSetting {
  readonly definition: FunctionDefinition;
  /** Absolute folder of the code. */
  readonly codePath: string;
  readonly accountId: string;
  readonly credentials: FunctionCredentials;
  readonly instanceId: string;
  readonly output: (output: InstanceOutput) => void;
}

export interface InstanceOutput {
  readonly requestId: string;
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

/** How one run ended. After `died` the instance is gone. */
export type RunEnd =
  | { readonly kind: "returned"; readonly payload: Buffer }
  | { readonly kind: "threw"; readonly error: InvocationFailure }
  | { readonly kind: "died"; readonly error: InvocationFailure };

type HostMessage =
  | ({ readonly kind: "output" } & InstanceOutput)
  | { readonly kind: "returned"; readonly requestId: string; readonly payload: Uint8Array }
  | { readonly kind: "threw"; readonly requestId: string; readonly error: InvocationFailure };

/** One instance of a function in a worker thread: one request at a time, as the platform does for built-in runtimes. */
export class FunctionInstance {
  readonly #setting: InstanceSetting;
  readonly #worker: Worker;
  #settle: ((end: RunEnd) => void) | undefined;
  #alive = true;

  constructor(setting: InstanceSetting) {
    this.#setting = setting;
    const { definition, codePath } = setting;
    this.#worker = new Worker(path.join(__dirname, "instance-host.cjs"), {
      workerData: { codePath, handler: definition.handler },
      env: instanceEnvironment(setting),
      argv: [],
      // Not the parent's loaders and flags.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: definition.memorySize },
      name: definition.functionName,
    });
    this.#worker.on("message", (message: HostMessage) => this.#onMessage(message));
    this.#worker.on("error", (error) => this.#die(error.name, error.message, (error.stack ?? "").split("\n").slice(1)));
    this.#worker.on("exit", (code) =>
      this.#die("Error", `The process exited during the invocation with code ${code}.`),
    );
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Runs the handler; an instance that is not back after the function's timeout is killed, as on the platform. */
  async run(requestId: string, event: Buffer): Promise<RunEnd> {
    const { timeout } = this.#setting.definition;
    const ended = new Promise<RunEnd>((resolve) => {
      this.#settle = resolve;
    });
    const kill = setTimeout(() => {
      this.#die("Error", `Function timed out after ${timeout} seconds.`);
      void this.#worker.terminate();
    }, timeout * 1000);
    this.#worker.postMessage({ requestId, event, context: this.#context(requestId) });
    const end = await ended;
    clearTimeout(kill);
    return end;
  }

  /** Kills the instance; a run under way ends as `died`. Resolves when the thread is gone. */
  async stop(): Promise<void> {
    this.#die("Error", "The instance was stopped.");
    await this.#worker.terminate();
  }

  #onMessage(message: HostMessage): void {
    if (message.kind === "output") {
      this.#setting.output(message);
      return;
    }
    const settle = this.#settle;
    this.#settle = undefined;
    if (message.kind === "returned") settle?.({ kind: "returned", payload: Buffer.from(message.payload) });
    else settle?.({ kind: "threw", error: message.error });
  }

  #die(errorType: string, errorMessage: string, stack: readonly string[] = []): void {
    this.#alive = false;
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.({ kind: "died", error: { errorMessage, errorType, stackTrace: stack.map((line) => line.trim()) } });
  }

  /** The context without its functions; the host adds the logger. (FC help, "Context", Node.js) */
  #context(requestId: string): Record<string, unknown> {
    const { definition, accountId, credentials } = this.#setting;
    const { functionName, handler, memorySize, timeout, region } = definition;
    return {
      requestId,
      credentials: { ...credentials },
      function: { name: functionName, handler, memory: memorySize, timeout },
      service: { name: "", logProject: "", logStore: "", qualifier: "LATEST", versionId: "" },
      region,
      accountId,
      tracing: { spanContext: "", jaegerEndpoint: "", spanBaggages: {} },
    };
  }
}

/** The platform's variables and the function's own, and nothing of the machine that plays the cloud. (FC help, "Environment variables") */
function instanceEnvironment(setting: InstanceSetting): Record<string, string> {
  const { definition, codePath, accountId, credentials, instanceId } = setting;
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    ...definition.environmentVariables,
    FC_FUNC_CODE_PATH: codePath,
    FC_ACCOUNT_ID: accountId,
    FC_FUNCTION_HANDLER: definition.handler,
    FC_FUNCTION_MEMORY_SIZE: String(definition.memorySize),
    FC_FUNCTION_NAME: definition.functionName,
    FC_REGION: definition.region,
    FC_INSTANCE_ID: instanceId,
    FC_CUSTOM_LISTEN_PORT: "9000",
    FC_FUNCTION_VERSION: "LATEST",
    ALIBABA_CLOUD_ACCESS_KEY_ID: credentials.accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: credentials.accessKeySecret,
    ALIBABA_CLOUD_SECURITY_TOKEN: credentials.securityToken,
  };
}
