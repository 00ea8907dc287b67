import { alertHandler } from "../../shared/function/alert-handler";

export const handler = alertHandler();
