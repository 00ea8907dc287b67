import { apiHandler } from "../../shared/handlers/api-handler";
import { openSqlServers } from "../../shared/handlers/sql-servers";

export const handler = apiHandler(openSqlServers);
