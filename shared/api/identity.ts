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

export function bearerIdentity(
  settings: IdentitySettings,
  keys: JWTVerifyGetKey = createRemoteJWKSet(new URL(settings.jwksUrl)),
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
          requiredClaims: ["exp", "sub"],
        });
        const claimed = payload[settings.rolesClaim];
        const named = Array.isArray(claimed) ? claimed : typeof claimed === "string" ? claimed.split(/[ ,]+/) : [];
        return {
          subject: String(payload.sub),
          roles: new Set(named.filter((role): role is string => typeof role === "string")),
        };
      } catch (error) {
        if (error instanceof errors.JWKSTimeout)
          throw new Problem("cloud-unavailable", "The issuer's keys could not be read; try again.");
        if (error instanceof errors.JOSEError)
          throw new Problem("token-invalid", `The token was refused (${error.code}).`);
        if (error instanceof TypeError)
          throw new Problem("cloud-unavailable", "The issuer's keys could not be read; try again.");
        throw error;
      }
    },
  };
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
