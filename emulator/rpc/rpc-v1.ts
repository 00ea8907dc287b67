import { createHmac } from "node:crypto";
import type { RpcParameters } from "../core/rpc-service";
import { ServiceError } from "../core/service-error";
import {
  canonicalQuery,
  percentEncode,
  requireFresh,
  requireSameSignature,
  type SignatureCheck,
  secretOf,
} from "./signature";

const protocolParameters = [
  "Action",
  "Version",
  "Format",
  "AccessKeyId",
  "SecurityToken",
  "Timestamp",
  "SignatureNonce",
  "SignatureMethod",
  "SignatureVersion",
  "Signature",
];

/**
 * Verifies the older RPC signature (query `Signature`, HMAC-SHA1), which `@alicloud/kms20160120` on `@alicloud/rpc-client` still sends.
 * `parameters` are query and form together; the key is the secret followed by `&`.
 * @returns the caller and the parameters that belong to the operation
 * @throws ServiceError as verifyAcs3
 */
export function verifyRpcV1(
  method: string,
  parameters: RpcParameters,
  check: SignatureCheck,
): { readonly accessKeyId: string; readonly parameters: RpcParameters } {
  for (const name of ["AccessKeyId", "Timestamp", "SignatureNonce", "SignatureMethod", "SignatureVersion"]) {
    if (!parameters[name]) {
      throw new ServiceError(
        400,
        "MissingParameter",
        `The input parameter "${name}" that is mandatory for processing this request is not supplied.`,
      );
    }
  }
  const { Signature = "", AccessKeyId = "", Timestamp = "", SignatureNonce = "", ...rest } = parameters;
  if (parameters["SignatureMethod"] !== "HMAC-SHA1" || parameters["SignatureVersion"] !== "1.0") {
    throw new ServiceError(
      400,
      "IncompleteSignature",
      "The request signature does not conform to Aliyun standards. HMAC-SHA1 of version 1.0 is expected.",
    );
  }
  const secret = secretOf(AccessKeyId, check);
  const signed = canonicalQuery({ ...rest, AccessKeyId, Timestamp, SignatureNonce });
  const stringToSign = `${method}&${percentEncode("/")}&${percentEncode(signed)}`;
  requireSameSignature(Signature, createHmac("sha1", `${secret}&`).update(stringToSign).digest("base64"), stringToSign);
  requireFresh(Timestamp, SignatureNonce, AccessKeyId, check);
  const own = Object.entries(parameters).filter(([name]) => !protocolParameters.includes(name));
  return { accessKeyId: AccessKeyId, parameters: Object.fromEntries(own) };
}
