import type { Endpoint } from "../job-configuration";
import { type Operation, standardAnswer } from "../operation";
import { oneOf, required } from "../parameters";
import { invalidParameter, wrongStatus } from "../refusal";

/** ModifyDtsJobPassword: new credentials for one end; a failed job then needs StartDtsJob. */
export const modifyDtsJobPassword: Operation = (parameters, book) => {
  required(parameters, "Endpoint");
  const end = oneOf(parameters, "Endpoint", ["src", "dest"], "src");
  const userName = required(parameters, "UserName");
  const password = required(parameters, "Password");
  const job = book.select(parameters);
  const { configuration } = job;
  if (!configuration) throw wrongStatus("ModifyDtsJobPassword", job.status);
  const side = end === "src" ? "source" : "destination";
  const before: Endpoint = configuration[side];
  if (before.userName === userName && before.password === password)
    throw invalidParameter("Password", "it must differ from the stored one");
  job.configuration = { ...configuration, [side]: { ...before, userName, password } };
  return standardAnswer({ Code: "200" });
};
