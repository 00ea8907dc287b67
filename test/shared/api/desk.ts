import { type CryptoKey, createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from "jose";
import { SqlServerData } from "../../../emulator/data/sql-server-data";
import { bearerIdentity, type Identity, keysAndBearers } from "../../../shared/api/identity";
import { keyIdentity } from "../../../shared/api/key-identity";
import { answerHttp } from "../../../shared/api/router";
import type { Dependencies } from "../../../shared/engine/dependencies";
import { makeRestoreId } from "../../../shared/restore/model/names";
import type { RestoreRecord } from "../../../shared/restore/model/record";
import type { TwoPersonRule } from "../../../shared/restore/plan/two-person-rule";
import { type RestoreRequest, restoreRequestSchema } from "../../../shared/restore/request/request";
import { wholeSecond } from "../../../shared/restore/request/whole-seconds";
import type { ApiKeys } from "../../../shared/store/api-keys";
import { CallLost, Process } from "../../simulation/process";
import { askedByAnn, chosenNative } from "../../simulation/sample-records";
import { World, type WorldOptions } from "../../simulation/world";

export const minute = 60_000;
export const hour = 60 * minute;
export const issuer = "https://issuer.example";
export const audience = "rewind";

/** A process whose calls take no time, so that the API can be asked without virtual time going by. */
class Immediate extends Process {
  readonly #isCloudDown: () => boolean;

  constructor(world: World, isCloudDown: () => boolean) {
    super(world.scheduler, { strike: () => "none", latencyMs: () => 0 }, () => {});
    this.#isCloudDown = isCloudDown;
  }

  override async call<T>(_label: string, _changing: boolean, work: () => T): Promise<T> {
    if (this.#isCloudDown()) throw new CallLost("server-error");
    return work();
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers as any client would
  readonly body: any;
}

export interface Asked {
  /** A token as it is; `null` for none. Left out: an admin's. */
  readonly token?: string | null;
  readonly body?: unknown;
  /** The body as it is, instead of `body`. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
}

interface DeskOptions {
  /** The claim `masters` counts: by default every caller may use every master. */
  readonly mastersClaim?: string;
  /** API keys beside bearers. */
  readonly apiKeys?: Pick<ApiKeys, "read">;
}

/** The HTTP API over a simulated world, with callers whose tokens are really signed and really verified. */
export class Desk {
  readonly world: World;
  readonly deps: Dependencies;
  cloudIsDown = false;
  twoPersonRule: TwoPersonRule = "never";
  acceptsWriteBacks = true;
  automaticApprovalRole: string | null = null;
  restoresPerCaller = 100;
  openapiPublic = false;
  keysMayApprove = false;
  knowsBearers = true;
  readonly #keys: { readonly publicKey: CryptoKey; readonly privateKey: CryptoKey };
  readonly #bearers: Identity;
  readonly #apiKeys: Pick<ApiKeys, "read">;
  readonly #admin: string;

  private constructor(
    options: WorldOptions & DeskOptions,
    keys: { publicKey: CryptoKey; privateKey: CryptoKey },
    jwk: object,
    admin: string,
  ) {
    this.world = new World(options);
    this.deps = this.world.dependencies(new Immediate(this.world, () => this.cloudIsDown));
    this.#keys = keys;
    this.#admin = admin;
    this.#apiKeys = options.apiKeys ?? { read: async () => null };
    this.#bearers = bearerIdentity(
      {
        issuer,
        audience,
        jwksUrl: "https://issuer.example/jwks",
        rolesClaim: "roles",
        mastersClaim: options.mastersClaim ?? null,
      },
      createLocalJWKSet({ keys: [{ ...jwk, kid: "one", alg: "ES256", use: "sig" }] }),
    );
  }

  static async open(options: Partial<WorldOptions> & DeskOptions = {}): Promise<Desk> {
    const keys = await generateKeyPair("ES256");
    const admin = await bearer({ subject: "root", roles: ["admin"] }, keys.privateKey);
    return new Desk({ seed: 1, ...options }, keys, await exportJWK(keys.publicKey), admin);
  }

  get nowMs(): number {
    return this.world.scheduler.nowMs();
  }

  /** A token of this issuer's, with the claims changed as asked. */
  token(claims: Claims): Promise<string> {
    return bearer(claims, this.#keys.privateKey);
  }

  publicJwk(): Promise<object> {
    return exportJWK(this.#keys.publicKey);
  }

  /** Any event at all, as the trigger would hand it over. */
  async answer(event: Uint8Array) {
    return answerHttp(
      {
        ...this.deps,
        settings: {
          ...this.deps.settings,
          twoPersonRule: this.twoPersonRule,
          acceptsWriteBacks: this.acceptsWriteBacks,
        },
        identity: keysAndBearers(
          keyIdentity(this.#apiKeys, this.deps.clock, { mayApprove: this.keysMayApprove }),
          this.knowsBearers ? this.#bearers : null,
        ),
        automaticApprovalRole: this.automaticApprovalRole,
        restoresPerCaller: this.restoresPerCaller,
        openapiPublic: this.openapiPublic,
      },
      event,
      "request-1",
    );
  }

  async ask(method: string, path: string, asked: Asked = {}): Promise<Answer> {
    const token = asked.token === undefined ? this.#admin : asked.token;
    const body = asked.text ?? (asked.body === undefined ? "" : JSON.stringify(asked.body));
    const response = await this.answer(
      Buffer.from(
        JSON.stringify({
          version: "v1",
          rawPath: path,
          headers: { ...(token === null ? {} : { Authorization: `Bearer ${token}` }), ...asked.headers },
          queryParameters: asked.query ?? {},
          body: Buffer.from(body, "utf8").toString("base64"),
          isBase64Encoded: true,
          requestContext: { requestId: "1", http: { method, path } },
        }),
      ),
    );
    return { status: response.statusCode, headers: response.headers, body: JSON.parse(response.body) };
  }

  /** A master with a database `shop` of two tables, three hours old backups included. */
  addMaster(masterInstanceId = "rm-shop", engineVersion = "2008r2"): SqlServerData {
    const { nowMs, world } = this;
    const data = new SqlServerData();
    data.setLogin({ name: "dba", password: "Secret-1", super: true, rights: {} }, nowMs - 40 * hour);
    const shop = data.createDatabase("shop", "Chinese_PRC_CI_AS", nowMs - 40 * hour);
    for (const name of ["Orders", "Customers"]) {
      shop.commit(nowMs - 40 * hour, [{ kind: "create-table", definition: keyedTable(name) }]);
      shop.commit(nowMs - 39 * hour, [
        { kind: "insert", schema: "dbo", table: name, rows: [1, 2, 3].map((id) => [id, `row ${id}`]) },
      ]);
    }
    world.rds.addInstance({
      id: masterInstanceId,
      engineVersion,
      storageType: "local_ssd",
      storageGb: 100,
      collation: "Chinese_PRC_CI_AS",
      createdAtMs: nowMs - 240 * hour,
      whitelist: { default: ["192.168.0.0/16", "203.0.113.10"] },
      data,
    });
    world.kms.createSecret(
      `rewind/${masterInstanceId}/dba`,
      JSON.stringify({ AccountName: "dba", AccountPassword: "Secret-1" }),
    );
    return data;
  }

  /** A body of POST /restores that nothing is wrong with. */
  body(changes: Record<string, unknown> = {}): Record<string, unknown> {
    return {
      masterInstanceId: "rm-shop",
      restoreTime: new Date(wholeSecond(this.nowMs - 2 * hour)).toISOString(),
      objects: [{ database: "shop" }],
      secretName: "rewind/rm-shop/dba",
      ...changes,
    };
  }

  /** A restore that is just where the test wants it, without the way there. */
  async place(changes: Partial<RestoreRecord>, nextCheckAtMs = this.nowMs): Promise<string> {
    const request = restoreRequestSchema.parse(this.body()) as RestoreRequest;
    const restoreId = makeRestoreId(this.nowMs, this.deps.random);
    const record = askedByAnn(restoreId, request, this.nowMs);
    await this.deps.store.create({ ...record, source: chosenNative, ...changes }, nextCheckAtMs);
    return restoreId;
  }

  /** Lets virtual time pass until the restore is there. */
  async reach(restoreId: string, status: string): Promise<RestoreRecord> {
    const isThere = () => [status, "closed"].includes(this.world.record(restoreId).status);
    await this.world.scheduler.run(this.nowMs + 60 * hour, isThere);
    const record = this.world.record(restoreId);
    if (record.status !== status)
      throw new Error(`${restoreId} is ${record.status}, not ${status}: ${JSON.stringify(record.reason)}`);
    return record;
  }
}

export interface Claims {
  readonly subject?: string;
  readonly roles?: unknown;
  readonly masters?: unknown;
  readonly issuer?: string;
  readonly audience?: string;
  readonly expires?: string | number;
}

export function bearer(claims: Claims, key: CryptoKey | Uint8Array, alg = "ES256"): Promise<string> {
  const jwt = new SignJWT({ roles: claims.roles ?? ["admin"], ...("masters" in claims && { masters: claims.masters }) })
    .setProtectedHeader({ alg, kid: "one" })
    .setIssuer(claims.issuer ?? issuer)
    .setAudience(claims.audience ?? audience)
    .setExpirationTime(claims.expires ?? "1h");
  return (claims.subject === undefined ? jwt : jwt.setSubject(claims.subject)).sign(key);
}

function keyedTable(name: string) {
  return {
    schema: "dbo",
    name,
    columns: [
      { name: "Id", type: { name: "int" as const }, nullable: false },
      { name: "Text", type: { name: "nvarchar" as const, length: 50 }, nullable: true },
    ],
    primaryKey: { name: `PK_${name}`, columns: ["Id"] },
    uniqueConstraints: [],
    foreignKeys: [],
    triggers: [],
  };
}
