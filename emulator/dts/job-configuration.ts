import type { DatabaseSelection } from "./db-list";
import type { Reserve } from "./reserve";

/** One end of a migration. */
export interface Endpoint {
  readonly instanceId: string;
  readonly region: string;
  readonly userName: string;
  /** Changed by ModifyDtsJobPassword. Never part of an answer. */
  readonly password: string;
}

/** What ConfigureDtsJob said. Replaced as a whole when it is called again. */
export interface JobConfiguration {
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly migrateStructure: boolean;
  readonly migrateData: boolean;
  readonly databases: readonly DatabaseSelection[];
  readonly reserve: Reserve;
  /** The texts as they came, for `DbObject` and `Reserved`. */
  readonly dbListText: string;
  readonly reserveText: string;
}
