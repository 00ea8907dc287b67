/** How the code of this process was loaded. */
export interface LoadedCode {
  /** Of Node.js, such as `v20.20.2`. */
  readonly node: string;
  /** `absent`: there is none, or another version of Node made it. `refused`: V8 does not take it. */
  readonly codeCache: "accepted" | "refused" | "absent";
  /** From the start of the process until the handler was ready, milliseconds. */
  readonly readyMs: number;
}

/** What the loader of the bundle left (`deploy/bundles/loader.ts`); null where the code runs without one. */
export function loadedCode(): LoadedCode | null {
  return (globalThis as { [loaded]?: LoadedCode })[loaded] ?? null;
}

const loaded: unique symbol = Symbol.for("rewind.loaded-code");
