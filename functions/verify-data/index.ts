import { stepHandler } from "../../shared/function/step-handler";

export const handler = stepHandler("verify-data");
