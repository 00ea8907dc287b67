import { clone } from "./clone";
import { database } from "./database";
import { native } from "./native";

/**
 * The table of sources. A source is a file beside this one and a row here, with its calls in calls.ts. Their order is that in which `auto`
 * tries them.
 */
export const rows = [native, database, clone] as const;
