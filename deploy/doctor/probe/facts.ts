import type { MeasuredFacts } from "../../../emulator/capabilities-file";
import { CloudError } from "../../../shared/cloud/cloud-error";
import { Refusal } from "../../refusal";

/** What a probe found out, and why it did not find out the rest. */
export class Facts {
  #known: MeasuredFacts = {};
  readonly #unknown = new Map<keyof MeasuredFacts, string>();

  constructor(private readonly say: (line: string) => void) {}

  know<Name extends keyof MeasuredFacts>(name: Name, value: MeasuredFacts[Name]): void {
    this.#known = { ...this.#known, [name]: value };
    this.#unknown.delete(name);
    this.say(`  ${name}: ${value}`);
  }

  /** The first reason counts: what follows from it says less. What is known stays known. */
  miss(name: keyof MeasuredFacts, why: string): void {
    if (name in this.#known || this.#unknown.has(name)) return;
    this.#unknown.set(name, why);
  }

  /** Measures some facts; where the measuring ends in a refusal, they are not known. @throws Broken */
  async measure(names: readonly (keyof MeasuredFacts)[], look: () => Promise<void>): Promise<void> {
    let why = "the probe ended before it";
    try {
      await look();
      why = "the calls did not show it";
    } catch (error) {
      if (error instanceof Broken) throw error;
      why = reasonOf(error);
    } finally {
      for (const name of names) this.miss(name, why);
    }
  }

  get known(): MeasuredFacts {
    return this.#known;
  }

  get unknown(): Record<string, string> {
    return Object.fromEntries(this.#unknown);
  }
}

/** The person broke off: nothing more is measured. */
export class Broken extends Error {
  override readonly name = "Broken";
}

/** A failure by its service, action and code; texts of services may carry what was sent. */
export function reasonOf(error: unknown): string {
  if (error instanceof CloudError || error instanceof Refusal)
    return `${error.service} ${error.action} ended with ${error.code}`;
  return error instanceof Error ? error.message : String(error);
}

/** Codes that tell of the key, of the account or of the moment, and nothing of what the service can do. */
const tellsNothing =
  /NoPermission|Forbidden\.RAM|RamPermission|RamCheckUserRole|Unauthorized|AccessKey|Signature|SecurityToken|Quota|LimitExceeded|ARREARAGE|LXBuy|InstanceState|DBInstanceStatus/i;

/** The refusal of a call that says what the service does not do; undefined: it was carried out. @throws every other failure */
export async function refusalOf(call: () => Promise<unknown>): Promise<CloudError | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    if (error instanceof CloudError && error.kind === "refused" && !tellsNothing.test(error.code)) return error;
    throw error;
  }
}
