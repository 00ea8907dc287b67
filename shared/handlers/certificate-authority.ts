import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { EnvironmentError } from "../config";

/**
 * The authorities of the SQL Servers' certificates, PEM, from the file that REWIND_SQL_CA_FILE names.
 * @throws EnvironmentError when it cannot be read or holds no certificate
 */
export function readCertificateAuthority(path: string): string {
  try {
    const text = readFileSync(path, "utf8");
    new X509Certificate(text);
    return text;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? ` (${error.code})` : "";
    throw new EnvironmentError([`REWIND_SQL_CA_FILE ${path} cannot be read as a PEM file of certificates${code}`]);
  }
}
