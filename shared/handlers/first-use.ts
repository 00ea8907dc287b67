/** How everything is loaded that waits for its first use. */
const loads: (() => Promise<unknown>)[] = [];

/**
 * A module that is loaded when it is first needed: a cold start reads and runs only what its handler needs to be ready.
 * @param load an `import()` with the path in it, so that the bundler sees it
 */
export function atFirstUse<Module>(load: () => Promise<Module>): () => Promise<Module> {
  loads.push(load);
  return load;
}

/** Loads what waits. For the code cache, which holds only what has run, and for the bench. */
export async function loadEverything(): Promise<void> {
  await Promise.all(loads.map((load) => load()));
}

/** Every method of it answers a promise, so that its caller cannot tell when it was opened. */
type Port<Methods> = { readonly [Name in keyof Methods]: (...given: never[]) => Promise<unknown> };

/** A port whose adapter is opened at the first call, once. */
export function openedAtFirstUse<Methods extends Port<Methods>>(open: () => Promise<Methods>): Methods {
  let opened: Promise<Methods> | undefined;
  const call =
    (name: keyof Methods) =>
    async (...given: never[]): Promise<unknown> => {
      opened ??= open();
      return (await opened)[name](...given);
    };
  return new Proxy({} as Methods, {
    // A promise that is resolved with it asks for `then`: it has none.
    get: (_, name) => (typeof name === "symbol" || name === "then" ? undefined : call(name as keyof Methods)),
  });
}
