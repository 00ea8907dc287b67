import { apiHandler } from "../../shared/function/api-handler";

export const handler = apiHandler();
