import { defaultCapabilities, laptopTimings } from "./capabilities";
import { type Clock, SystemClock } from "./core/clock";
import { Faults } from "./core/faults";
import { type Random, randomText, SystemRandom } from "./core/random";
import { ServiceError } from "./core/service-error";
import { DtsService } from "./dts/dts-service";
import { defaultRecovery } from "./dts/dts-world";
import { FunctionCompute } from "./fc/function-compute";
import type { FunctionCredentials } from "./fc/invocation";
import { TokenIssuer } from "./identity/issuer";
import { KmsService } from "./kms/kms-service";
import type { FunctionsOptions, LocalCloudOptions } from "./local-cloud-options";
import { MnsService } from "./mns/mns-service";
import { MnsServer } from "./mns/server";
import { Access } from "./ram/access";
import { RamService } from "./ram/ram-service";
import { RdsService } from "./rds/rds-service";
import { RpcServer } from "./rpc/rpc-server";
import { LogService } from "./sls/log-service";
import { SlsServer } from "./sls/server";
import { SqlServerListeners } from "./sql-server/server";
import { type ServerCertificate, serverCertificate } from "./sql-server/tls/certificate";
import { TablestoreInstances } from "./tablestore/instances";
import { authFailed } from "./tablestore/ots-error";
import { TablestoreServer } from "./tablestore/server";
import type { TablestoreService } from "./tablestore/tablestore-service";

export type { FunctionsOptions, LocalCloudOptions } from "./local-cloud-options";

/**
 * The whole local cloud in one process: the cores that hold its state, and the servers through which official clients reach
 * them on 127.0.0.1. Cores are open to the program that runs it: tests and the demo seed data and play the console through them.
 */
export class LocalCloud {
  readonly faults: Faults;
  readonly clock: Clock;
  readonly random: Random;
  readonly regionId: string;
  readonly accountId: string;
  readonly accessKey: { readonly id: string; readonly secret: string };
  readonly tablestoreInstance: string;
  readonly rds: RdsService;
  readonly dts: DtsService;
  readonly kms: KmsService;
  readonly ram: RamService;
  /** Who may do what, and what was done and refused. */
  readonly access: Access;
  readonly mns: MnsService;
  readonly tablestoreInstances: TablestoreInstances;
  readonly logs: LogService;
  readonly issuer: TokenIssuer;
  /** PEM of the authority that issued the SQL Servers' certificate. */
  readonly certificateAuthority: string;
  readonly #listeners: SqlServerListeners;
  readonly #rpcServer: RpcServer;
  readonly #mnsServer: MnsServer;
  readonly #tablestoreServer: TablestoreServer;
  readonly #slsServer: SlsServer;
  #functions: FunctionCompute | undefined;
  #ports = { rpc: 0, mns: 0, tablestore: 0, sls: 0 };

  private constructor(
    options: LocalCloudOptions,
    faults: Faults,
    issuer: TokenIssuer,
    listeners: SqlServerListeners,
    { authority }: ServerCertificate,
  ) {
    this.certificateAuthority = authority;
    this.faults = faults;
    this.clock = options.clock ?? new SystemClock();
    this.random = options.random ?? new SystemRandom();
    this.regionId = options.regionId ?? "cn-hangzhou";
    this.accountId = options.accountId ?? "1234567890123456";
    this.tablestoreInstance = options.tablestoreInstance ?? "rewind-local";
    this.accessKey = { id: `LTAI${randomText(this.random, 16)}`, secret: randomText(this.random, 30) };
    this.issuer = issuer;
    this.#listeners = listeners;
    const { clock, random, regionId, accountId } = this;
    const capabilities = { ...defaultCapabilities, ...options.capabilities };
    const timings = { ...laptopTimings, ...options.timings };
    this.rds = new RdsService({
      clock,
      random,
      regionId,
      accountId,
      capabilities,
      timings,
      addresses: listeners,
      restoreLagMs: options.restoreLagMs,
    });
    const recovery = { ...defaultRecovery, ...options.recovery };
    this.dts = new DtsService({ clock, random, regionId, capabilities, timings, recovery, instances: this.rds });
    this.kms = new KmsService({ clock, random });
    this.mns = new MnsService({ clock, random, regionId, accountId });
    const { indexLagMs, foreignNames } = options;
    this.tablestoreInstances = new TablestoreInstances({
      clock,
      regionId,
      accountId,
      capabilities,
      indexLagMs,
      foreignNames,
    });
    if (options.tablestoreInstance !== null) this.tablestoreInstances.create(this.tablestoreInstance, ["INTERNET"]);
    this.ram = new RamService({ clock, random, accountId });
    this.access = new Access({ roles: this.ram, random, regionId, accountId, accountKey: this.accessKey });
    const accessKeys = this.access.secrets;
    const gatekeeper = this.access;
    // Clients date their signatures by real time, whatever time it is in this cloud.
    const signatureClock = new SystemClock();
    this.#rpcServer = new RpcServer({
      signatureClock,
      services: [this.rds, this.dts, this.kms, this.ram, this.tablestoreInstances],
      clock,
      random,
      faults,
      accessKeys,
      gatekeeper,
    });
    this.#mnsServer = new MnsServer({
      signatureClock,
      service: this.mns,
      clock,
      random,
      faults,
      accessKeys,
      gatekeeper,
    });
    this.logs = new LogService({ clock, foreignNames });
    const logs = this.logs;
    this.#slsServer = new SlsServer({ signatureClock, service: logs, clock, random, faults, accessKeys, gatekeeper });
    this.#tablestoreServer = new TablestoreServer({
      signatureClock,
      instanceOf: (name) => this.#letIn(name),
      clock,
      random,
      faults,
      accessKeys,
      gatekeeper,
    });
  }

  static async start(options: LocalCloudOptions = {}): Promise<LocalCloud> {
    const clock = options.clock ?? new SystemClock();
    const random = options.random ?? new SystemRandom();
    const faults = new Faults();
    const hooks: { beforeRead: () => void; isRunning: (instance: Parameters<RdsService["isRunning"]>[0]) => boolean } =
      { beforeRead: () => {}, isRunning: () => false };
    const listeners = await SqlServerListeners.open({
      spare: options.spareListeners ?? 16,
      clock,
      random,
      beforeRead: () => hooks.beforeRead(),
      isRunning: (instance) => hooks.isRunning(instance),
      faults,
      trace: options.traceSql,
      newestTlsOf2008R2: options.capabilities?.newestTlsOf2008R2,
    });
    const issuer = await TokenIssuer.start(clock);
    const cloud = new LocalCloud({ ...options, clock, random }, faults, issuer, listeners, await serverCertificate());
    // DTS writes lazily: a look at the rows first brings its work up to now.
    hooks.beforeRead = () => cloud.settle();
    hooks.isRunning = (instance) => cloud.rds.isRunning(instance);
    cloud.#ports = {
      rpc: await cloud.#rpcServer.listen(options.ports?.rpc ?? 0),
      mns: await cloud.#mnsServer.listen(options.ports?.mns ?? 0),
      tablestore: await cloud.#tablestoreServer.listen(options.ports?.tablestore ?? 0),
      sls: await cloud.#slsServer.listen(0),
    };
    return cloud;
  }

  /** Brings everything that happens by itself up to now. */
  settle(): void {
    this.rds.settle();
    this.dts.settle();
  }

  /** `host:port` of RDS, DTS and KMS, as the clients' `endpoint` takes it (protocol http). */
  get rpcEndpoint(): string {
    return `127.0.0.1:${this.#ports.rpc}`;
  }

  get mnsEndpoint(): string {
    return `http://127.0.0.1:${this.#ports.mns}`;
  }

  get tablestoreEndpoint(): string {
    return `http://127.0.0.1:${this.#ports.tablestore}`;
  }

  /** Of Simple Log Service, as its client's `endpoint` takes it: the `@` keeps a project in front of the address. */
  get logsEndpoint(): string {
    return `@127.0.0.1:${this.#ports.sls}`;
  }

  get functions(): FunctionCompute {
    if (!this.#functions) throw new Error("no functions are deployed");
    return this.#functions;
  }

  /** Starts Function Compute, with the functions of an `s.yaml` and their triggers if one is given. */
  async deploy(options: FunctionsOptions = {}): Promise<FunctionCompute> {
    const { clock, random, accountId, accessKey, faults } = this;
    this.#functions = await FunctionCompute.start({
      ...options,
      regionId: this.regionId,
      accountId,
      credentialsOf: ({ role }) => this.#takeRole(role),
      // No function of a deployment changes functions, so roles are not asked here: the account's key is the only one.
      accessKeys: new Map([[accessKey.id, accessKey.secret]]),
      queues: this.mns,
      clock,
      random,
      faults,
    });
    return this.#functions;
  }

  /** The rows of the instance `tablestoreInstance`. @throws Error when there is none */
  get tablestore(): TablestoreService {
    const instance = this.tablestoreInstances.find(this.tablestoreInstance);
    if (!instance) throw new Error(`there is no Tablestore instance ${this.tablestoreInstance}`);
    return instance.service;
  }

  /** Callers come from the Internet, functions that are in a VPC too: there is no network here to tell them apart by. */
  #letIn(name: string): TablestoreService | undefined {
    const instance = this.tablestoreInstances.find(name);
    if (instance && !instance.networks.includes("INTERNET"))
      throw authFailed("Request denied by instance ACL policies.");
    return instance?.service;
  }

  /** Function Compute takes the role of a function, if the role trusts it; a function without a role has no keys. */
  #takeRole(role: string | null): FunctionCredentials {
    if (role === null) return { accessKeyId: "", accessKeySecret: "", securityToken: "" };
    const name = /^acs:ram::(\d+):role\/(.+)$/.exec(role)?.[2] ?? role;
    if (this.ram.trustedBy(name).includes("fc.aliyuncs.com")) return this.access.takeRole(name);
    throw new ServiceError(400, "InvalidArgument", `The role ${name} cannot be assumed by Function Compute.`);
  }

  async stop(): Promise<void> {
    await this.#functions?.stop();
    await Promise.all([
      this.#rpcServer.close(),
      this.#mnsServer.close(),
      this.#tablestoreServer.close(),
      this.#slsServer.close(),
      this.#listeners.close(),
      this.issuer.close(),
    ]);
  }
}
