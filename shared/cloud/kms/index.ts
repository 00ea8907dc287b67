import type { Credentials } from "../dts";

/** Where logins and passwords come from. Implemented over KMS GetSecretValue; cached for minutes, refetched on request. */
export interface Secrets {
  /**
   * @param name a secret below `rewind/<masterInstanceId>/`; the caller has checked that
   * @throws CloudError `refused` when it does not exist or its value is not {AccountName, AccountPassword}
   */
  read(name: string, versionId: string | null, options?: { readonly fresh?: boolean }): Promise<Credentials>;
}
