/** Every operation of KMS 2016-01-20 by name (official client 1.2), so that one that is not played is told from one that does not exist. */
export const knownKmsActions: ReadonlySet<string> = new Set(
  `
AsymmetricDecrypt AsymmetricEncrypt AsymmetricSign AsymmetricVerify CancelKeyDeletion CreateAlias CreateKey
CreateKeyVersion CreateSecret Decrypt DeleteAlias DeleteKeyMaterial DeleteSecret DescribeKey DescribeKeyVersion
DescribeRegions DescribeSecret DescribeService DisableKey EnableKey Encrypt GenerateDataKey
GenerateDataKeyWithoutPlaintext GetParametersForImport GetPublicKey GetRandomPassword GetSecretValue
ImportKeyMaterial ListAliases ListAliasesByKeyId ListKeyVersions ListKeys ListResourceTags ListSecretVersionIds
ListSecrets PutSecretValue RestoreSecret ScheduleKeyDeletion TagResource UntagResource UpdateAlias
UpdateKeyDescription UpdateRotationPolicy UpdateSecret UpdateSecretVersionStage
`
    .trim()
    .split(/\s+/),
);
