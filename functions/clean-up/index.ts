import { TediousSqlServers } from "../../shared/cloud/sql-server/tedious";
import { stepHandler } from "../../shared/handlers/step-handler";

export const handler = stepHandler("clean-up", (tls) => new TediousSqlServers(tls));
