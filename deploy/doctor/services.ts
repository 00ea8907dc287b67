import FcClient, { ListFunctionsRequest } from "@alicloud/fc20230330";
import RamClient, { GetRoleRequest } from "@alicloud/ram20150501";
import { DtsClient } from "../../shared/cloud/dts/client";
import { RdsClient } from "../../shared/cloud/rds/client";
import { openRpc, type Rpc } from "../../shared/cloud/rpc/rpc";
import { ask, orAbsent } from "../refusal";
import { clientConfig, type Stage } from "../stage";
import { type Examination, notChecked, ok, wrong } from "./finding";

/** DTS works on instances under this role, which its console makes. */
const dtsRole = "AliyunDTSDefaultRole";

/** Signatures hold for 15 minutes; a clock that is off by a part of that will be off by more. */
const skewMaxMs = 60_000;

/** The services that functions use and that are no area of their own: each is asked with one signed call. */
export function serviceAreas(stage: Stage, nowMs: () => number): Examination[] {
  const { region } = stage.settings;
  const answers = (
    service: "rds" | "dts",
    name: string,
    action: string,
    call: () => Promise<unknown>,
  ): Examination => ({
    area: name,
    look: async () => {
      await ask(service, action, call);
      return [ok(`${name} at ${stage.names.endpoints[service]} answers a signed call.`)];
    },
  });
  return [
    { area: "clock", look: () => lookAtClock(stage, nowMs) },
    answers("rds", "RDS", "DescribeDBInstances", () =>
      new RdsClient(openService(stage, "rds"), region).listTemporaryInstances(),
    ),
    answers("dts", "DTS", "DescribeDtsJobs", () =>
      new DtsClient(openService(stage, "dts"), region).listJobsByPrefix("rewind-doctor"),
    ),
    { area: "DTS's role", look: () => lookAtDtsRole(stage) },
  ];
}

const versions = { rds: "2014-08-15", dts: "2020-01-01", kms: "2016-01-20" } as const;

/** The service as the functions reach it, with the key of the person who asks. */
export function openService({ settings, names, credentials }: Stage, service: keyof typeof versions): Rpc {
  const endpoint = names.endpoints[service];
  const { protocol } = settings;
  return openRpc({ service, version: versions[service], endpoint, protocol, credentials: () => credentials });
}

/** The Date header of a signed answer against our clock. */
async function lookAtClock(stage: Stage, nowMs: () => number) {
  const compute = new FcClient(clientConfig(stage, "functions"));
  const request = new ListFunctionsRequest({ limit: 1 });
  const { headers } = await ask("fc", "ListFunctions", () => compute.listFunctions(request));
  const theirsMs = Date.parse(headers?.["date"] ?? "");
  if (Number.isNaN(theirsMs))
    return [notChecked("Function Compute's answer has no date.", "Compare this computer's clock with another one.")];
  const aheadMs = nowMs() - theirsMs;
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  if (Math.abs(aheadMs) <= skewMaxMs) return [ok("This computer's clock agrees with that of Function Compute.")];
  return [
    wrong(
      `This computer's clock is ${seconds} s ${aheadMs > 0 ? "ahead of" : "behind"} that of Function Compute.`,
      "Set the clock: from 15 minutes on every signed request is refused.",
    ),
  ];
}

async function lookAtDtsRole(stage: Stage) {
  const ram = new RamClient(clientConfig(stage, "ram"));
  const found = await orAbsent(/^EntityNotExist\./, () =>
    ask("ram", "GetRole", () => ram.getRole(new GetRoleRequest({ roleName: dtsRole }))),
  );
  const advice = "Open the console of DTS once as the account's owner; it asks for the role.";
  if (!found) return [wrong(`The role ${dtsRole} is not there, so DTS may read and write no instance.`, advice)];
  const trust = found.body?.role?.assumeRolePolicyDocument ?? "";
  return trust.includes("dts.aliyuncs.com")
    ? [ok(`DTS may take its role ${dtsRole}.`)]
    : [wrong(`The role ${dtsRole} may not be taken by DTS.`, `Delete the role. ${advice}`)];
}
