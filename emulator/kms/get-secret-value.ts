import { operation } from "../rpc/operation";
import { required, text } from "../rpc/parameters";
import { secondsText } from "../rpc/utc-time";
import type { Secret } from "./secret";

/**
 * GetSecretValue (KMS 2016-01-20): the version marked ACSCurrent unless an id or a stage is given; with both, the version must
 * carry both. Which code a missing version gets is unverified.
 */
export const getSecretValue = operation<ReadonlyMap<string, Secret>>()({
  action: "GetSecretValue",
  parameters: {
    SecretName: required(text(/^.{1,192}$/)),
    VersionId: text(/^.{1,64}$/),
    VersionStage: text(/^.{1,64}$/),
  },
  errors: {
    "Forbidden.ResourceNotFound": [404, "The specified resource is not found."],
  },
  run(secrets, { SecretName, VersionId, VersionStage }, refuse) {
    const secret = secrets.get(SecretName);
    const version = secret?.version(VersionId, VersionStage);
    if (!secret || !version) throw refuse("Forbidden.ResourceNotFound");
    return {
      SecretName,
      SecretData: version.data,
      SecretDataType: version.dataType,
      VersionId: version.versionId,
      VersionStages: { VersionStage: secret.stages(version) },
      CreateTime: secondsText(version.createdAtMs),
    };
  },
});
