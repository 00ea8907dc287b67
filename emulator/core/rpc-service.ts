/** Parameters of one RPC call: query and form body merged, lists flattened as on the wire (`Tag.1.Key`). */
export type RpcParameters = Readonly<Record<string, string>>;

/**
 * One service of the RPC family (RDS, DTS, KMS) without its HTTP shell. `call` is synchronous, does no I/O, and reads the
 * time from the world's clock; it returns the response body without RequestId or throws a ServiceError.
 */
export interface RpcService {
  /** Product name as it appears in HostId and logs: `rds`, `dts`, `kms`. */
  readonly product: string;
  /** The API version that `x-acs-version` must carry. */
  readonly version: string;
  call(action: string, parameters: RpcParameters): Record<string, unknown>;
  /** What a call is about, as policies name it without region and account: `dbinstance/rm-1`; `*` where the service does not say. */
  resourceOf?(parameters: RpcParameters): string;
}
