import { pollHandler } from "../../shared/function/poll-handler";

export const handler = pollHandler();
