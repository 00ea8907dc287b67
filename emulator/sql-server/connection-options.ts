import type { FaultRule } from "../core/faults";
import type { ServerCertificate, TlsVersion } from "./tls/certificate";
import type { WireTrace } from "./wire-trace";

export interface ConnectionOptions {
  /** Settles work that is computed lazily, before a request sees the data. */
  readonly beforeRead: () => void;
  readonly isRunning: () => boolean;
  /** The fault that strikes this login or request. */
  readonly strike: (action: "Login" | "Request") => FaultRule | undefined;
  /** Told about failures of the engine itself; the client gets error 50599. */
  readonly reportBug: (error: unknown) => void;
  readonly certificate: () => Promise<ServerCertificate>;
  readonly newestTls: TlsVersion;
  readonly trace: WireTrace | undefined;
}
