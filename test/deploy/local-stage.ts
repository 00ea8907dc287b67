import { parseSettings } from "../../deploy/settings";
import { type Stage, stageOf } from "../../deploy/stage";

/** The least that `rewind.yaml` must say. */
export const leastSettings = {
  stage: "dev",
  region: "cn-hangzhou",
  account: "1234567890123456",
  identity: { issuer: "https://login.example.com", jwksUrl: "https://login.example.com/keys" },
};

/** A stage whose services are where `settings.endpoints` says, on this machine. */
export function localStage(
  settings: Readonly<Record<string, unknown>>,
  credentials = { accessKeyId: "akid", accessKeySecret: "secret" },
): Stage {
  return stageOf(parseSettings({ ...leastSettings, protocol: "http", ...settings }), credentials);
}
