import type { RowOf, Rows } from "./rows";
import { tables } from "./tables";

/** What is kept of an API key. The key cannot be made from it: a reader of the table cannot call anything. */
export interface ApiKey {
  readonly keyId: string;
  /** SHA-256 of the whole key, in hexadecimal digits. */
  readonly hash: string;
  /** Who calls with it. */
  readonly owner: string;
  /** Who made it, and saw it. */
  readonly madeBy: string;
  readonly roles: readonly string[];
  /** Ids of masters, or beginnings of ids with `*` behind. */
  readonly masters: readonly string[];
  readonly madeAtMs: number;
  readonly expiresAtMs: number;
  /** Null: it is not revoked. */
  readonly revokedAtMs: number | null;
}

/** The table of API keys. The API only reads it; keys are made and revoked by people who may write to the Tablestore instance. */
export class ApiKeys {
  readonly #rows: Rows;

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  /** As it is at this moment: nothing is cached, so a revoked key is refused from the next request on. @throws CloudError */
  async read(keyId: string): Promise<ApiKey | null> {
    const row = await this.#rows.get(table, { keyId });
    return row && readKey(row);
  }

  /** By id. @throws CloudError */
  async list(): Promise<ApiKey[]> {
    const rows = await this.#rows.range(
      table,
      { keyId: { bound: "min" } },
      { keyId: { bound: "max" } },
      { limit: keysMax, direction: "forward" },
    );
    return rows.map(readKey);
  }

  /** @throws ConditionFailed when the id is taken; CloudError */
  add({ keyId, roles, masters, revokedAtMs, ...rest }: ApiKey): Promise<void> {
    const lists = { roles: roles.join(" "), masters: masters.join(" ") };
    return this.#rows.put(table, { keyId }, { ...rest, ...lists, revokedAtMs: revokedAtMs ?? 0 }, { row: "absent" });
  }

  /** @throws ConditionFailed when there is no such key; CloudError */
  revoke(keyId: string, nowMs: number): Promise<void> {
    return this.#rows.update(table, { keyId }, { revokedAtMs: nowMs }, { row: "present" });
  }
}

const table = tables.keys.name;
/** More keys than one deployment has. */
const keysMax = 10_000;

function readKey({ key, columns }: RowOf): ApiKey {
  const text = (name: string) => String(columns[name] ?? "");
  const list = (name: string) => text(name).split(" ").filter(Boolean);
  return {
    keyId: String(key["keyId"]),
    hash: text("hash"),
    owner: text("owner"),
    madeBy: text("madeBy"),
    roles: list("roles"),
    masters: list("masters"),
    madeAtMs: Number(columns["madeAtMs"] ?? 0),
    expiresAtMs: Number(columns["expiresAtMs"] ?? 0),
    revokedAtMs: Number(columns["revokedAtMs"] ?? 0) || null,
  };
}
