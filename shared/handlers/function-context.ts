/** The context that Function Compute hands to a handler, as far as it is used (FC 3.0, Node.js, "Context"). */
export interface FunctionContext {
  readonly requestId: string;
  readonly region: string;
  readonly accountId: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly accessKeySecret: string;
    readonly securityToken?: string;
  };
  readonly function: { readonly name: string; readonly timeout: number };
}
