import { TediousSqlServers } from "../../shared/cloud/sql-server/tedious";
import { stepHandler } from "../../shared/handlers/step-handler";

export const handler = stepHandler("precheck-migration", (tls) => new TediousSqlServers(tls));
