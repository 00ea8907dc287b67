import { TediousSqlServers } from "../../shared/cloud/sql-server/tedious";
import { apiHandler } from "../../shared/handlers/api-handler";

export const handler = apiHandler((tls) => new TediousSqlServers(tls));
