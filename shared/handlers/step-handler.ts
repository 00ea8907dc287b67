import { diagnose } from "../diagnosis/diagnose";
import { type Diagnosis, decodeQuestion } from "../diagnosis/question";
import { decodeQueueEvent } from "../messaging/events";
import { decodeNudge } from "../messaging/nudge";
import type { StepFunction } from "../restore/model/states";
import type { FunctionContext } from "./function-context";
import { runNudged } from "./run-nudged";
import type { OpenSqlServers } from "./sql-servers";
import { wire } from "./wiring";

/**
 * A function of the pipeline: decode the batch, run each nudged restore side by side, answer what became of them. One that speaks SQL
 * also answers what it finds where it runs (`npm run doctor`).
 */
export function stepHandler(by: StepFunction, openSqlServers?: OpenSqlServers) {
  return async (event: Uint8Array, context: FunctionContext): Promise<{ results: unknown[] } | Diagnosis> => {
    const deps = wire(context, openSqlServers);
    const question = openSqlServers && decodeQuestion(event);
    if (question) return diagnose(deps, question);
    const elements = decodeQueueEvent(event);
    const results = await Promise.all(
      elements.map(async (element) => {
        const nudge = element.body === null ? null : decodeNudge(element.body);
        if (!nudge) {
          deps.log("warn", "ignored a message that is not a nudge", {
            messageId: element.messageId,
            problem: element.problem,
          });
          return { kind: "dropped", why: "no-nudge" };
        }
        return runNudged(deps, by, nudge);
      }),
    );
    return { results };
  };
}
