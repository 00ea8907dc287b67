import { spawn } from "node:child_process";
import path from "node:path";
import type { Stage } from "./stage";

/** A key whose name ends so is read from the environment, as JSON (Serverless Devs, "inner_env"). */
const accessName = "default_serverless_devs_key";

/**
 * `s deploy` for all functions. With `-y`, because without a terminal its component asks a question that cannot be answered, and the process
 * then ends with success and has sent nothing (inquirer of fc3 0.1.22). Whether it sent everything is looked at afterwards all the same.
 * @throws Error when it ends with another code than 0
 */
export async function runServerlessDevs(
  repository: string,
  { credentials, settings }: Stage,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  const access = {
    AccountID: settings.account,
    AccessKeyID: credentials.accessKeyId,
    AccessKeySecret: credentials.accessKeySecret,
    ...(credentials.securityToken ? { SecurityToken: credentials.securityToken } : {}),
  };
  const command = path.join(repository, "node_modules/@serverless-devs/s/bin/s");
  const child = spawn(process.execPath, [command, "deploy", "-y", "-a", accessName], {
    cwd: repository,
    env: { ...process.env, ...variables, [accessName]: JSON.stringify(access) },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  if (code !== 0)
    throw new Error(
      `s deploy ended with ${code}; what it says above is the reason. Functions that it had sent stay; run the command again.`,
    );
}
