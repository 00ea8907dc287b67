import { createSecureContext, type SecureContext } from "node:tls";
import { SystemClock } from "../../core/clock";

/** The newest TLS that a server knows. */
export type TlsVersion = "TLSv1" | "TLSv1.2";

/** The certificate of the local SQL Servers, and the authority that issued it. */
export interface ServerCertificate {
  /** PEM of the authority, for clients that check whom they talk to. */
  readonly authority: string;
  /** What a server presents that knows TLS up to `newest`. TLS 1.3 is for TDS 8.0 alone, which is not played. */
  contextUpTo(newest: TlsVersion): SecureContext;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const dayMs = 24 * 3600_000;
/** The names and addresses under which clients reach the servers. */
const names = [
  { type: "ip", value: "127.0.0.1" },
  { type: "dns", value: "localhost" },
] as const;

let made: Promise<ServerCertificate> | undefined;

/** The one certificate of this process, made at its first use; its keys are in memory alone. */
export function serverCertificate(): Promise<ServerCertificate> {
  made ??= make();
  return made;
}

/** The library is loaded here and not before: that takes a fifth of a second, and who never speaks TLS does not wait for it. */
async function make(): Promise<ServerCertificate> {
  await import("reflect-metadata");
  const x509 = await import("@peculiar/x509");
  // Clients judge it by their own time, whatever time it is in this cloud.
  const realMs = new SystemClock().nowMs();
  const validity = {
    notBefore: new Date(realMs - dayMs),
    notAfter: new Date(realMs + 365 * dayMs),
    signingAlgorithm: algorithm,
  };
  const authorityKeys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const serverKeys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity,
    serialNumber: "01",
    name: "CN=Authority of the local cloud",
    keys: authorityKeys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  const server = await x509.X509CertificateGenerator.create({
    ...validity,
    serialNumber: "02",
    subject: "CN=SQL Server of the local cloud",
    issuer: authority.subject,
    publicKey: serverKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([...names]),
    ],
  });
  const key = x509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", serverKeys.privateKey), "PRIVATE KEY");
  const cert = server.toString("pem");
  return {
    authority: authority.toString("pem"),
    // Old servers and old clients know TLS 1.0 alone, which OpenSSL 3 plays at security level 0.
    contextUpTo: (newest) =>
      createSecureContext({ key, cert, minVersion: "TLSv1", maxVersion: newest, ciphers: "DEFAULT:@SECLEVEL=0" }),
  };
}
