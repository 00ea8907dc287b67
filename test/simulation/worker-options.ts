/**
 * Node's options for processes that only simulate. Nearly all that a world makes is garbage before the world is over: what is collected
 * seldom is hardly ever copied. Megabytes; three times as much is held.
 */
export const workerOptions: readonly string[] = ["--max-semi-space-size=64"];
