import { alertHandler } from "../../shared/handlers/alert-handler";

export const handler = alertHandler();
