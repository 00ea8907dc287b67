import { pollHandler } from "../../shared/handlers/poll-handler";

export const handler = pollHandler();
