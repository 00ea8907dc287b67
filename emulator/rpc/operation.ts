import type { RpcParameters } from "../core/rpc-service";
import { notEmulated, ServiceError } from "../core/service-error";
import { type ParametersOf, type ParameterTable, parameterReader } from "./parameters";

/** Documented errors of an operation besides those of its parameters: code to HTTP status and message. */
export type ErrorTable = Readonly<Record<string, readonly [httpStatus: number, message: string]>>;

/** One operation as the dispatcher sees it. */
export interface Operation<Service> {
  readonly action: string;
  readonly call: (service: Service, parameters: RpcParameters) => Record<string, unknown>;
}

/**
 * Makes a row of a service's operation table. `run` gets parameters that were read and checked by `parameters`, and may refuse
 * only with codes that the row documents in `errors`.
 */
export function operation<Service>() {
  return <Table extends ParameterTable, Errors extends ErrorTable>(row: {
    readonly action: string;
    readonly parameters: Table;
    readonly errors: Errors;
    readonly run: (
      service: Service,
      parameters: ParametersOf<Table>,
      refuse: (code: keyof Errors & string) => ServiceError,
    ) => Record<string, unknown>;
  }): Operation<Service> => {
    const read = parameterReader(row.parameters);
    const refuse = (code: keyof Errors & string) => {
      const [httpStatus, message] = row.errors[code] as ErrorTable[string];
      return new ServiceError(httpStatus, code, message);
    };
    return { action: row.action, call: (service, parameters) => row.run(service, read(parameters), refuse) };
  };
}

/** The operations of one service, those played and those only known. */
export class OperationTable<Service> {
  readonly #played: ReadonlyMap<string, Operation<Service>>;

  constructor(
    readonly product: string,
    operations: readonly Operation<Service>[],
    readonly known: ReadonlySet<string>,
  ) {
    this.#played = new Map(operations.map((row) => [row.action, row]));
  }

  /** @throws ServiceError InvalidAction.NotFound 404 (literal unverified), EmulatorNotImplemented 501 */
  call(service: Service, action: string, parameters: RpcParameters): Record<string, unknown> {
    const row = this.#played.get(action);
    if (row) return row.call(service, parameters);
    if (this.known.has(action)) throw notEmulated(this.product, action);
    throw new ServiceError(
      404,
      "InvalidAction.NotFound",
      "Specified api is not found, please check your url and method.",
    );
  }
}
