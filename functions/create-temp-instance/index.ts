import { openSqlServers } from "../../shared/handlers/sql-servers";
import { stepHandler } from "../../shared/handlers/step-handler";

export const handler = stepHandler("create-temp-instance", openSqlServers);
