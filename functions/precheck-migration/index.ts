import { stepHandler } from "../../shared/function/step-handler";

export const handler = stepHandler("precheck-migration");
