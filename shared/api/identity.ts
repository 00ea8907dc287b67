import { errors, type JWTVerifyGetKey, jwtVerify } from "jose";
import { looksLikeKey } from "./api-key-text";
import { issuerKeys } from "./issuer-keys";
import { type MastersScope, namesIn } from "./masters-scope";
import { Problem } from "./problem";

/** Each route needs one of these. */
export const roles = ["reader", "requester", "approver", "admin"] as const;
/** Beside one of them: sees row values, keys, statement texts and check values. No other role implies it, not even admin. */
export const dataReader = "data-reader";
export type Role = (typeof roles)[number];

export interface Caller {
  readonly subject: string;
  readonly roles: ReadonlySet<string>;
  readonly masters: MastersScope;
  /** The API key that the request came with; null: it came with a bearer of the issuer. */
  readonly key: { readonly keyId: string; readonly madeBy: string } | null;
}

/** Knows who sends a token. Headers that claim an identity are ignored. */
export interface Identity {
  /** @throws Problem `token-invalid`, `cloud-unavailable`; CloudError */
  verify(token: string): Promise<Caller>;
}

export interface IdentitySettings {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl: string;
  readonly rolesClaim: string;
  /** Null: every caller may use every master. */
  readonly mastersClaim: string | null;
}

/** Signatures by a private key only: the key set is public, so nothing in it may serve as a shared secret. */
const algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];

/** How far the issuer's clock and ours may differ. */
const clockToleranceSeconds = 10;

/** jose's codes for a key set that could not be fetched or read; the token is not to blame. */
const keyTroubles = new Set(["ERR_JWKS_TIMEOUT", "ERR_JWKS_INVALID", "ERR_JOSE_GENERIC"]);

/** What follows `Bearer` in the header. @throws Problem `token-missing` */
export function tokenIn(authorization: string | undefined): string {
  const [scheme, token] = (authorization ?? "").split(" ");
  if (scheme?.toLowerCase() === "bearer" && token) return token;
  throw new Problem("token-missing", "Send Authorization: Bearer <token>. An API key is such a token too.");
}

/** API keys beside the bearers of an issuer, if there is one. */
export function keysAndBearers(keys: Identity, bearers: Identity | null): Identity {
  return {
    async verify(token) {
      if (looksLikeKey(token)) return keys.verify(token);
      if (bearers) return bearers.verify(token);
      throw new Problem(
        "token-invalid",
        "Only API keys are known here: no issuer of bearers is set (identity.issuer).",
      );
    },
  };
}

/** Verifies bearers: signature by the issuer's key set, issuer, audience, expiry. */
export function bearerIdentity(
  settings: IdentitySettings,
  keys: JWTVerifyGetKey = issuerKeys(settings.jwksUrl),
): Identity {
  return {
    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, keys, {
          issuer: settings.issuer,
          audience: settings.audience,
          algorithms,
          clockTolerance: clockToleranceSeconds,
          requiredClaims: ["exp", "sub"],
        });
        const { rolesClaim, mastersClaim } = settings;
        return {
          subject: subjectOf(payload.sub),
          roles: new Set(namesIn(payload[rolesClaim])),
          masters: mastersClaim === null ? null : namesIn(payload[mastersClaim]),
          key: null,
        };
      } catch (error) {
        if (error instanceof Problem) throw error;
        // What is wrong with a token is an error of jose's with a code of its own; the rest comes from reaching the issuer.
        if (error instanceof errors.JOSEError && !keyTroubles.has(error.code))
          throw new Problem("token-invalid", `The token was refused (${error.code}).`);
        throw new Problem(
          "cloud-unavailable",
          "The keys of the tokens' issuer could not be read in time, so no token can be checked. Nothing was started. Try again in some seconds.",
        );
      }
    },
  };
}

/** The subject decides who is who in the two-person rule: it has to say something. */
function subjectOf(claim: unknown): string {
  if (typeof claim === "string" && claim.trim() !== "" && claim.length <= 200) return claim;
  throw new Problem("token-invalid", "The token names no subject of 1 to 200 characters.");
}

export function mayReadData(caller: Caller): boolean {
  return caller.roles.has(dataReader);
}

/** admin may do everything; requester and approver may read. @throws Problem `role-missing` */
export function requireRole(caller: Caller, role: Role): void {
  const implied: Record<Role, readonly Role[]> = {
    reader: ["reader", "requester", "approver", "admin"],
    requester: ["requester", "admin"],
    approver: ["approver", "admin"],
    admin: ["admin"],
  };
  if (implied[role].some((candidate) => caller.roles.has(candidate))) return;
  throw new Problem(
    "role-missing",
    `This needs the role ${role}; the token has ${[...caller.roles].join(", ") || "none"}. Nothing was started.`,
  );
}
