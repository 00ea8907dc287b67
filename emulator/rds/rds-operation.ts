import { operation } from "../rpc/operation";
import { required, text } from "../rpc/parameters";
import type { Region } from "./region";

/** A row of the RDS operation table. */
export const rdsOperation = operation<Region>();

/** The one parameter that nearly every operation has. */
export const instanceId = required(text());
