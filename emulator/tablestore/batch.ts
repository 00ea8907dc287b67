import { ServiceError } from "../core/service-error";
import { parameterInvalid } from "./ots-error";

/** Rows of a batch succeed and fail each on its own. */
export type Outcome<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: ServiceError };

/** Outcomes in the order of the requests. @throws ServiceError OTSParameterInvalid when there are more than `maximum` */
export function inBatch<Request, Value>(
  requests: readonly Request[],
  maximum: number,
  work: (request: Request) => Value,
): Outcome<Value>[] {
  if (requests.length > maximum) throw parameterInvalid(`Rows count exceeds the upper limit: ${maximum}.`);
  return requests.map((request) => attempt(() => work(request)));
}

function attempt<Value>(work: () => Value): Outcome<Value> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    if (error instanceof ServiceError) return { ok: false, error };
    throw error;
  }
}
