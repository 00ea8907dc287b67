import { SqlError } from "../data/sql-error";
import { constant } from "./engine/compiled";
import type { Steps } from "./engine/control-flow";
import { type Argument, bindParameters, textOf, unknownProcedure } from "./engine/procedure";
import { commandProcedure } from "./engine/procedures/command-procedures";
import { procedureText } from "./engine/procedures/stored-procedure";
import type { Session } from "./engine/session";
import { StatementRunner } from "./engine/statement-runner";
import type { PreparedStatements } from "./prepared-statements";
import type { RpcCall, RpcParameter } from "./tds/requests";
import type { Response } from "./tds/response";

const failedStatus = -6;

/** Runs one procedure that a client calls by RPC: those that drivers wrap statements in. */
export class ProcedureCall {
  constructor(
    readonly session: Session,
    readonly prepared: PreparedStatements,
    readonly response: Response,
  ) {}

  *run(call: RpcCall): Steps<void> {
    let succeeded = false;
    try {
      succeeded = yield* this.#dispatch(call);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      this.session.lastError = error.number;
      this.response.error(error, 1);
    }
    this.response.returnStatus(succeeded ? 0 : failedStatus);
  }

  *#dispatch({ procedure, parameters }: RpcCall): Steps<boolean> {
    const path = procedure.split(".").map((part) => part.replace(/^\[(.*)\]$/, "$1"));
    switch (path.at(-1)!.toLowerCase()) {
      case "sp_executesql": {
        const [sql, declaration, ...given] = parameters;
        return yield* this.#execute(
          textOf(sql && argument(sql), "@statement"),
          declaration ? textOf(argument(declaration), "@params") : "",
          given,
          2,
        );
      }
      case "sp_prepare": {
        const [handle, declaration, sql] = parameters;
        this.#prepare(handle, declaration, sql);
        return true;
      }
      case "sp_prepexec": {
        const [handle, declaration, sql, ...given] = parameters;
        const { declaration: declared, sql: text } = this.prepared.find(this.#prepare(handle, declaration, sql));
        return yield* this.#execute(text, declared, given, 3);
      }
      case "sp_execute": {
        const [handle, ...given] = parameters;
        const { declaration, sql } = this.prepared.find(Number(handle?.value));
        return yield* this.#execute(sql, declaration, given, 1);
      }
      case "sp_unprepare":
        this.prepared.remove(Number(parameters[0]?.value));
        return true;
      case "sp_reset_connection":
        this.session.reset();
        return true;
      default: {
        const command = commandProcedure(path);
        if (command) {
          command(parameters.map(argument), this.session, this.response);
          return true;
        }
        const known = procedureText(path, this.session);
        if (!known) throw unknownProcedure(path);
        return yield* this.#execute(known.sql, known.parameters, parameters, 0, path.at(-1));
      }
    }
  }

  #prepare(
    handle: RpcParameter | undefined,
    declaration: RpcParameter | undefined,
    sql: RpcParameter | undefined,
  ): number {
    const declared = declaration && declaration.value !== null ? textOf(argument(declaration), "@params") : "";
    const number = this.prepared.add({ declaration: declared, sql: textOf(sql && argument(sql), "@stmt") });
    this.response.returnValue(0, handle?.name ?? "", { name: "int" }, number);
    return number;
  }

  /** @param before parameters of the procedure in front of those of the text: output values count from the first */
  *#execute(
    sql: string,
    declaration: string,
    given: readonly RpcParameter[],
    before: number,
    procedure?: string,
  ): Steps<boolean> {
    const { variables, outputs } = bindParameters(declaration, given.map(argument), this.session, procedure);
    const succeeded = yield* new StatementRunner(this.session, this.response, variables).runScope(sql);
    for (const output of outputs) {
      const variable = variables.get(output.name)!;
      this.response.returnValue(before + output.argument, given[output.argument]!.name, variable.type, variable.value);
    }
    return succeeded;
  }
}

function argument({ name, type, value, output }: RpcParameter): Argument {
  return { name: name === "" ? undefined : name.toLowerCase(), value: constant(type, value), output };
}
