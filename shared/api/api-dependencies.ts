import type { Dependencies } from "../engine/dependencies";
import type { Identity } from "./identity";

/** What the API needs beside the engine's own parts. */
export interface ApiDependencies extends Dependencies {
  readonly identity: Identity;
  /** The role whose holders may ask for automatic approval; null: no role. */
  readonly automaticApprovalRole: string | null;
  /** Restores of one caller that may be open at a time. */
  readonly restoresPerCaller: number;
  /** Whether `GET /openapi.json` is answered without a token. */
  readonly openapiPublic: boolean;
}
