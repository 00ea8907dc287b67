import { type CallKind, type ChangingCall, makesInstance } from "../../../shared/restore/model/calls";
import { cloneDescription, restoreIdOfJobName } from "../../../shared/restore/model/names";
import type { RestoreRecord } from "../../../shared/restore/model/record";
import { hashPlan } from "../../../shared/restore/plan/plan";
import { watchedGroups } from "../../../shared/restore/watched-calls";
import type { Parameters, Product } from "../onlooker";
import type { People } from "../people";
import type { World } from "../world";
import { DatabaseRestores } from "./database-restores";
import type { Break } from "./promise-broken";

/** Which call of the product an action of the cloud is, and the parameter that names its target. */
const changingActions: Readonly<Record<string, { readonly kinds: readonly CallKind[]; readonly target: string }>> = {
  CreateTempDBInstance: { kinds: ["create-temporary-instance"], target: "DBInstanceId" },
  CloneDBInstance: { kinds: ["create-clone"], target: "DBInstanceId" },
  AllocateInstancePublicConnection: { kinds: ["allocate-public-connection"], target: "DBInstanceId" },
  ModifySecurityIps: { kinds: ["open-addresses", "close-addresses", "cover-copied-group"], target: "DBInstanceId" },
  RecoveryDBInstance: { kinds: ["restore-databases"], target: "DBInstanceId" },
  CopyDatabaseBetweenInstances: { kinds: ["restore-databases"], target: "DBInstanceId" },
  CreateDatabase: { kinds: ["create-database"], target: "DBInstanceId" },
  DeleteDBInstance: { kinds: ["delete-instance"], target: "DBInstanceId" },
  CreateDtsInstance: { kinds: ["buy-job"], target: "JobId" },
  ConfigureDtsJob: { kinds: ["configure-job"], target: "DtsJobName" },
  StartDtsJob: { kinds: ["start-job"], target: "DtsJobId" },
  StopDtsJob: { kinds: ["stop-job"], target: "DtsJobId" },
  DeleteDtsJob: { kinds: ["delete-job"], target: "DtsJobId" },
};

const readingActions = /^(Describe|List|GetSecretValue)/;

/** How much older than an hour an approval may be when its call leaves: the way of the save before it. */
const approvalSlackMs = 5 * 60_000;

/** Judges each changing call at the moment it is sent, by the records and by what is true in the cloud. */
export class SentCalls {
  readonly #world: World;
  readonly #people: People;
  readonly #broken: Break;
  /** Temporary instances that the cloud made for a call of ours. */
  readonly #made = new Set<string>();

  readonly #databaseRestores: DatabaseRestores;

  constructor(world: World, people: People, broken: Break) {
    this.#databaseRestores = new DatabaseRestores(world, broken);
    this.#world = world;
    this.#people = people;
    this.#broken = broken;
  }

  judge(product: Product, action: string, parameters: Parameters): void {
    if (readingActions.test(action)) return;
    const known = changingActions[action];
    if (!known) throw this.#broken("delete-only-ours", `${product} ${action} is no call that restores need`);
    const target = String(parameters[known.target] ?? "");
    const sender = this.#senderOf(known.kinds, target, parameters);
    const sweeps = !sender && (this.#isSweeping(action, target) || this.#isClosing(action, target, parameters));
    if (!sender && !sweeps)
      throw this.#broken("legal-history", `${action} ${target} was sent without an intent on any record`);
    switch (action) {
      case "CreateTempDBInstance":
      case "CloneDBInstance":
        this.#judgeCreate(sender!);
        break;
      case "DeleteDBInstance":
        this.#judgeDelete(target);
        break;
      case "ModifySecurityIps":
        if (sender) this.#judgeAddresses(sender, target, parameters);
        break;
      case "RecoveryDBInstance":
      case "CopyDatabaseBetweenInstances":
        this.#judgeWrite(sender!, action);
        this.#databaseRestores.judge(sender!, action, parameters);
        break;
      case "CreateDatabase":
        this.#judgeWrite(sender!, `CreateDatabase ${parameters["DBName"]}`);
        break;
      case "CreateDtsInstance":
        if (target !== "") this.#judgeWrite(sender!, `the purchase of job ${target}`);
        break;
      case "StartDtsJob":
        // Until it is bought a job prechecks and cannot write.
        if (this.#world.dts.job(target)?.instanceId !== undefined) this.#judgeWrite(sender!, `StartDtsJob ${target}`);
        break;
      case "StopDtsJob":
      case "DeleteDtsJob":
        this.#judgeJob(action, target);
        break;
    }
  }

  /** @param answer null: refused, or not done */
  answered(action: string, parameters: Parameters, answer: object | null): void {
    this.#databaseRestores.answered(action, parameters, answer);
  }

  /** @param instanceId of the temporary instance that a create of ours made */
  made(instanceId: string): void {
    this.#made.add(instanceId);
  }

  /** Several restores, and the sweep, may have calls to one instance under way: their whitelist groups tell them apart. */
  #senderOf(kinds: readonly CallKind[], target: string, parameters: Parameters): RestoreRecord | undefined {
    const isSent = (call: ChangingCall) =>
      kinds.includes(call.kind) &&
      targetOf(call) === target &&
      (!("group" in call) || call.group === parameters["DBInstanceIPArrayName"]);
    return this.#world.records().find(({ intent }) => intent && isSent(intent.call));
  }

  /** Instances that the cloud made for calls of ours. */
  get madeInstances(): ReadonlySet<string> {
    return this.#made;
  }

  /** The sweep needs no intent: its calls are repeatable, and only for restores that are withdrawn. */
  #isSweeping(action: string, target: string): boolean {
    const owner =
      action === "DeleteDBInstance"
        ? this.#world.records().find((record) => record.temporaryInstance?.id === target)
        : this.#ownerOfJob(target);
    if (action === "DeleteDBInstance") return owner?.status === "closed";
    return ["StopDtsJob", "DeleteDtsJob"].includes(action) && owner !== undefined && isWithdrawn(owner);
  }

  /** The sweep closes a group that a lost opening may have opened again. */
  #isClosing(action: string, target: string, parameters: Parameters): boolean {
    const group = String(parameters["DBInstanceIPArrayName"]);
    const owner = this.#world
      .records()
      .find(
        (record) =>
          isWithdrawn(record) &&
          watchedGroups(record).some((lost) => lost.instanceId === target && lost.group === group),
      );
    if (action !== "ModifySecurityIps" || !owner) return false;
    this.#judgeAddresses(owner, target, parameters);
    return parameters["SecurityIps"] === "127.0.0.1";
  }

  #ownerOfJob(jobId: string): RestoreRecord | undefined {
    const name = this.#world.dts.job(jobId)?.name ?? "";
    const restoreId = restoreIdOfJobName(name);
    return this.#world
      .records()
      .find(
        (record) => record.restoreId === restoreId || record.job?.jobId === jobId || record.staleJobs.includes(jobId),
      );
  }

  #judgeCreate(sender: RestoreRecord): void {
    const master = sender.request.masterInstanceId;
    const other = this.#world
      .records()
      .find(
        (record) =>
          record !== sender &&
          record.request.masterInstanceId === master &&
          record.status !== "closed" &&
          (record.temporaryInstance !== null || (record.intent !== null && makesInstance(record.intent.call))),
      );
    if (other)
      throw this.#broken(
        "one-temporary-instance",
        `${sender.restoreId} asks for an instance of ${master} while ${other.restoreId} is ${other.status}`,
      );
    if (sender.temporaryInstance)
      throw this.#broken(
        "one-temporary-instance",
        `${sender.restoreId} has ${sender.temporaryInstance.id} and asks again`,
      );
  }

  #judgeDelete(target: string): void {
    const owner = this.#world.records().find((record) => record.temporaryInstance?.id === target);
    const isConfirmed = this.#people.asked.some(
      (asked) => asked.kind === "confirm-instance" && asked.ours === true && asked.instanceId === target,
    );
    if (!owner || !(this.#made.has(target) || isConfirmed))
      throw this.#broken("delete-only-ours", `${target} is deleted although it is not ours`);
    const instance = this.#world.rds.instance(target);
    const isTemporary = instance?.type === "Temp" && instance.masterInstanceId === owner.request.masterInstanceId;
    if (instance && !isTemporary && instance.description !== cloneDescription(owner.restoreId))
      throw this.#broken("delete-only-ours", `${target} is ${instance.type} and called ${instance.description}`);
  }

  #judgeAddresses(sender: RestoreRecord, target: string, parameters: Parameters): void {
    const group = String(parameters["DBInstanceIPArrayName"]);
    if (sender.intent?.call.kind === "cover-copied-group") {
      const isOwnClone = this.#world.rds.instance(target)?.description === cloneDescription(sender.restoreId);
      if (target === sender.request.masterInstanceId || target !== sender.temporaryInstance?.id || !isOwnClone)
        throw this.#broken("delete-only-ours", `${sender.restoreId} covers the group ${group} of ${target}`);
      return;
    }
    const uses = ({ openings }: RestoreRecord) =>
      openings.some((opening) => opening.instanceId === target && opening.group === group);
    if (!uses(sender) || !/^rewind_rw[0-9a-z]{14}$/.test(group))
      throw this.#broken("delete-only-ours", `${sender.restoreId} changes the whitelist group ${group}`);
    const other = this.#world
      .records()
      .find((record) => record !== sender && uses(record) && (record.status !== "closed" || record.doubts.length > 0));
    if (other)
      throw this.#broken(
        "delete-only-ours",
        `${sender.restoreId} changes ${group}, which ${other.restoreId} may change`,
      );
    if (target !== sender.request.masterInstanceId && target !== sender.temporaryInstance?.id)
      throw this.#broken("delete-only-ours", `${sender.restoreId} changes the whitelist of ${target}`);
  }

  #judgeJob(action: string, jobId: string): void {
    const job = this.#world.dts.job(jobId);
    if (job && !this.#ownerOfJob(jobId))
      throw this.#broken("delete-only-ours", `${action} of ${job.name}, which is not ours`);
  }

  #judgeWrite(sender: RestoreRecord, what: string): void {
    const { approval, plan, planHash, restoreId, status } = sender;
    const broken = (text: string) => this.#broken("write-only-approved", `${restoreId}: ${what} ${text}`);
    if (status !== "starting") throw broken(`was sent while ${status}`);
    if (!approval || !plan || approval.planHash !== planHash || hashPlan(plan) !== planHash)
      throw broken("was sent without an approval of the plan on the record");
    if (this.#world.scheduler.nowMs() - approval.atMs > this.#world.durations.approvalMaxAgeMs + approvalSlackMs)
      throw broken("was sent long after the approval");
    if (!this.#isConsented(sender)) throw broken("was approved by nobody");
  }

  /** Somebody said yes to exactly this plan, or the request's own right stands for it. */
  #isConsented(record: RestoreRecord): boolean {
    const isAutomatic =
      record.request.approval === "automatic" &&
      record.automaticApprovalAllowed &&
      record.origin === "person" &&
      record.temporaryInstance?.origin === "answer" &&
      record.request.writeBack !== "missing-rows";
    return (
      isAutomatic ||
      this.#people.asked.some(
        (asked) =>
          asked.kind === "approve" &&
          asked.restoreId === record.restoreId &&
          asked.planHash === record.planHash &&
          asked.atMs >= this.#world.scheduler.nowMs() - this.#world.durations.approvalMaxAgeMs - approvalSlackMs,
      )
    );
  }
}

function isWithdrawn({ status }: RestoreRecord): boolean {
  return status === "holding" || status === "cleaning-up" || status === "closed";
}

function targetOf(call: ChangingCall): string {
  switch (call.kind) {
    case "create-temporary-instance":
    case "create-clone":
      return call.masterInstanceId;
    case "configure-job":
      return call.jobName;
    case "buy-job":
    case "start-job":
    case "stop-job":
    case "delete-job":
      return call.jobId ?? "";
    default:
      return call.instanceId;
  }
}
