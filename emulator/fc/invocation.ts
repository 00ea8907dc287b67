/** `HandledInvocationError`: the handler threw. `UnhandledInvocationError`: it timed out or its process ended. Which is which is unverified. */
export type InvocationErrorType = "HandledInvocationError" | "UnhandledInvocationError";

/** A finished invocation. A function's failure is a result, not an exception: the platform answers it with status 200 and a header. */
export interface InvocationResult {
  readonly requestId: string;
  /** What the handler returned, or the JSON `{errorMessage, errorType, stackTrace}` of its failure. */
  readonly payload: Buffer;
  readonly errorType?: InvocationErrorType;
  readonly durationMs: number;
  /** Everything written during the invocation. */
  readonly output: string;
}

/** Body of a failure (its shape is unverified). */
export interface InvocationFailure {
  readonly errorMessage: string;
  readonly errorType: string;
  readonly stackTrace: readonly string[];
}

/** One line of a function's log. `platform` lines are Function Compute's own. */
export interface FunctionLogEntry {
  readonly functionName: string;
  /** Empty for lines that belong to no invocation. */
  readonly requestId: string;
  readonly stream: "stdout" | "stderr" | "platform";
  readonly line: string;
}

export type FunctionLog = (entry: FunctionLogEntry) => void;

/** What an instance is told about itself and its role; `securityToken` is part of every function role's credentials. */
export interface FunctionCredentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
}
