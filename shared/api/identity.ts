import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from "jose";
import { Problem } from "./problem";

export const roles = ["reader", "requester", "approver", "admin"] as const;
export type Role = (typeof roles)[number];

export interface Caller {
  readonly subject: string;
  readonly roles: ReadonlySet<string>;
}

/** Verifies bearers: signature by the issuer's key set, issuer, audience, expiry. Headers that claim an identity are ignored. */
export interface Identity {
  /** @throws Problem `token-missing`, `token-invalid` */
  verify(authorization: string | undefined): Promise<Caller>;
}

export interface IdentitySettings {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl: string;
  readonly rolesClaim: string;
}

/** Signatures by a private key only: the key set is public, so nothing in it may serve as a shared secret. */
const algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];

/** jose's codes for a key set that could not be fetched or read; the token is not to blame. */
const keyTroubles = new Set(["ERR_JWKS_TIMEOUT", "ERR_JWKS_INVALID", "ERR_JOSE_GENERIC"]);

export function bearerIdentity(
  settings: IdentitySettings,
  keys: JWTVerifyGetKey = createRemoteJWKSet(new URL(settings.jwksUrl), { timeoutDuration: 15_000 }),
): Identity {
  return {
    async verify(authorization) {
      const [scheme, token] = (authorization ?? "").split(" ");
      if (scheme?.toLowerCase() !== "bearer" || !token)
        throw new Problem("token-missing", "Send Authorization: Bearer <token>.");
      try {
        const { payload } = await jwtVerify(token, keys, {
          issuer: settings.issuer,
          audience: settings.audience,
          algorithms,
          requiredClaims: ["exp", "sub"],
        });
        return { subject: subjectOf(payload.sub), roles: rolesOf(payload[settings.rolesClaim]) };
      } catch (error) {
        if (error instanceof Problem) throw error;
        // What is wrong with a token is an error of jose's with a code of its own; the rest comes from reaching the issuer.
        if (error instanceof errors.JOSEError && !keyTroubles.has(error.code))
          throw new Problem("token-invalid", `The token was refused (${error.code}).`);
        throw new Problem("cloud-unavailable", "The issuer's keys could not be read; try again.");
      }
    },
  };
}

/** The subject decides who is who in the two-person rule: it has to say something. */
function subjectOf(claim: unknown): string {
  if (typeof claim === "string" && claim.trim() !== "" && claim.length <= 200) return claim;
  throw new Problem("token-invalid", "The token names no subject of 1 to 200 characters.");
}

/** A list, or one text with spaces or commas. */
function rolesOf(claim: unknown): ReadonlySet<string> {
  const named: unknown[] = Array.isArray(claim) ? claim : typeof claim === "string" ? claim.split(/[ ,]+/) : [];
  return new Set(named.filter((role): role is string => typeof role === "string"));
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
