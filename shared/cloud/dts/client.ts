import type { z } from "zod";
import { CloudError } from "../cloud-error";
import { parseAnswer } from "../rpc/answer";
import type { Rpc, RpcQuery } from "../rpc/rpc";
import * as answers from "./answers";
import type { Dts, DtsJob, DtsJobSpecification, DtsPrecheckItem } from "./index";

/** DescribeDtsJobs takes at most this many per page, and the length of its id list is not documented beyond that. */
const batchSize = 30;
const pagesMax = 100;

/** Codes that mean "there is no such job" (dts documentation; a real client's list). */
const goneCodes = new Set(["Forbidden.InstanceNotFound", "InvalidJobId"]);

/** DTS 2020-01-01: the operations and names of its SDK, which is not on the registry, over the official signing core. */
export class DtsClient implements Dts {
  readonly #rpc: Rpc;
  readonly #regionId: string;

  constructor(rpc: Rpc, regionId: string) {
    this.#rpc = rpc;
    this.#regionId = regionId;
  }

  async describeJobs(jobIds: readonly string[]): Promise<ReadonlyMap<string, DtsJob>> {
    const found = new Map<string, DtsJob>();
    for (let start = 0; start < jobIds.length; start += batchSize) {
      const ids = jobIds.slice(start, start + batchSize);
      const jobs = await this.#read(
        "DescribeDtsJobs",
        {
          Region: this.#regionId,
          JobType: "MIGRATION",
          DtsJobId: ids.join(","),
          PageNumber: 1,
          PageSize: batchSize,
          WithoutDbList: true,
        },
        answers.jobList,
      );
      for (const entry of jobs) if (ids.includes(entry.jobId)) found.set(entry.jobId, entry);
    }
    return found;
  }

  async findJobsByName(name: string): Promise<DtsJob[]> {
    return (await this.#searchByName(name)).filter((entry) => entry.name === name);
  }

  async listJobsByPrefix(prefix: string): Promise<DtsJob[]> {
    return (await this.#searchByName(prefix)).filter((entry) => entry.name.startsWith(prefix));
  }

  listUnconfiguredJobs(): Promise<DtsJob[]> {
    return this.#search({ Status: "NotConfigured" });
  }

  describeJob(jobId: string): Promise<DtsJob | null> {
    return this.#orGone(this.#read("DescribeDtsJobDetail", { RegionId: this.#regionId, DtsJobId: jobId }, answers.job));
  }

  listPrecheckItems(jobId: string): Promise<DtsPrecheckItem[]> {
    return this.#read(
      "DescribePreCheckStatus",
      { RegionId: this.#regionId, DtsJobId: jobId, JobCode: "01", StructType: "before", PageNo: "1", PageSize: "100" },
      answers.precheck,
    );
  }

  listServerAddresses(): Promise<string[]> {
    return this.#read(
      "DescribeDTSIP",
      { RegionId: this.#regionId, SourceEndpointRegion: this.#regionId, DestinationEndpointRegion: this.#regionId },
      answers.servers,
    );
  }

  configureJob(specification: DtsJobSpecification): Promise<{ jobId: string; dtsInstanceId: string | null }> {
    const { sourceCredentials, destinationCredentials } = specification;
    const query: RpcQuery = {
      RegionId: this.#regionId,
      DtsJobName: specification.name,
      JobType: "MIGRATION",
      DtsJobId: specification.jobId,
      DtsInstanceId: specification.dtsInstanceId,
      SourceEndpointInstanceType: "RDS",
      SourceEndpointEngineName: "MSSQL",
      SourceEndpointRegion: this.#regionId,
      SourceEndpointInstanceID: specification.sourceInstanceId,
      SourceEndpointUserName: sourceCredentials.userName,
      SourceEndpointPassword: sourceCredentials.password,
      DestinationEndpointInstanceType: "RDS",
      DestinationEndpointEngineName: "MSSQL",
      DestinationEndpointRegion: this.#regionId,
      DestinationEndpointInstanceID: specification.destinationInstanceId,
      DestinationEndpointUserName: destinationCredentials.userName,
      DestinationEndpointPassword: destinationCredentials.password,
      StructureInitialization: specification.migrateStructure,
      DataInitialization: true,
      // Full migration only: nothing goes on after the copy, and a full job ends by itself.
      DataSynchronization: false,
    };
    const reserve = JSON.stringify({
      targetTableMode: specification.targetTableMode,
      autoStartModulesAfterConfig: "none",
    });
    return this.#change("ConfigureDtsJob", query, answers.configured, {
      DbList: specification.objects,
      Reserve: reserve,
    });
  }

  buy(input: {
    readonly jobId: string | null;
    readonly autoStart: boolean;
  }): Promise<{ jobId: string; dtsInstanceId: string }> {
    const common: RpcQuery = { RegionId: this.#regionId, PayType: "PostPaid", InstanceClass: "small" };
    const fresh: RpcQuery = {
      Type: "MIGRATION",
      SourceRegion: this.#regionId,
      DestinationRegion: this.#regionId,
      SourceEndpointEngineName: "MSSQL",
      DestinationEndpointEngineName: "MSSQL",
    };
    return this.#change(
      "CreateDtsInstance",
      input.jobId === null ? { ...common, ...fresh } : { ...common, JobId: input.jobId, AutoStart: input.autoStart },
      answers.bought,
    );
  }

  async startJob(jobId: string): Promise<void> {
    await this.#change("StartDtsJob", { RegionId: this.#regionId, DtsJobId: jobId }, answers.anything);
  }

  async stopJob(jobId: string): Promise<void> {
    await this.#orGone(this.#change("StopDtsJob", { RegionId: this.#regionId, DtsJobId: jobId }, answers.anything));
  }

  async deleteJob(jobId: string): Promise<void> {
    await this.#orGone(
      this.#change(
        "DeleteDtsJob",
        { RegionId: this.#regionId, DtsJobId: jobId, JobType: "MIGRATION" },
        answers.anything,
      ),
    );
  }

  /** DTS looks for the name fuzzily. */
  #searchByName(name: string): Promise<DtsJob[]> {
    return this.#search({ Type: "name", Params: name });
  }

  /** All pages of what the filter finds. */
  async #search(filter: RpcQuery): Promise<DtsJob[]> {
    const all: DtsJob[] = [];
    for (let page = 1; page <= pagesMax; page++) {
      const jobs = await this.#read(
        "DescribeDtsJobs",
        {
          Region: this.#regionId,
          JobType: "MIGRATION",
          ...filter,
          PageNumber: page,
          PageSize: batchSize,
          WithoutDbList: true,
        },
        answers.jobList,
      );
      all.push(...jobs);
      if (jobs.length < batchSize) return all;
    }
    throw new CloudError(
      "unavailable",
      "dts",
      "DescribeDtsJobs",
      "TooManyPages",
      `dts DescribeDtsJobs has more than ${pagesMax} pages`,
    );
  }

  async #read<T>(action: string, query: RpcQuery, schema: z.ZodType<T>): Promise<T> {
    return parseAnswer(schema, await this.#rpc.call(action, query, { changing: false }), "dts", action);
  }

  async #change<T>(
    action: string,
    query: RpcQuery,
    schema: z.ZodType<T>,
    body?: Readonly<Record<string, string>>,
  ): Promise<T> {
    const parsed = schema.safeParse(await this.#rpc.call(action, query, { changing: true, body }));
    if (parsed.success) return parsed.data;
    throw new CloudError(
      "unknown-outcome",
      "dts",
      action,
      "BadAnswer",
      `dts ${action} answered without what it should carry`,
    );
  }

  async #orGone<T>(call: Promise<T>): Promise<T | null> {
    try {
      return await call;
    } catch (error) {
      if (error instanceof CloudError && goneCodes.has(error.code)) return null;
      throw error;
    }
  }
}
