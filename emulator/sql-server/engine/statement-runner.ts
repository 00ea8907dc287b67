import { SqlError } from "../../data/sql-error";
import type { Statement } from "../syntax/statement";
import { parseBatch } from "../syntax/statement-parser";
import { noFrame } from "./compiled";
import { compileCondition } from "./condition-compiler";
import { ControlFlow, type Signal } from "./control-flow";
import { converted } from "./converted";
import { compileExpression } from "./expression-compiler";
import { type Argument, bindParameters, textOf, unknownProcedure } from "./procedure";
import { compileQuery } from "./query-compiler";
import { raise, throwError } from "./raised-error";
import type { ResultSink } from "./result-sink";
import { Scope } from "./scope";
import type { Session, Variables } from "./session";
import { alterTable } from "./statements/alter-table";
import { createDatabase, dropDatabase } from "./statements/define-database";
import { createTable } from "./statements/define-table";
import { deleteRows, truncate } from "./statements/delete";
import { dropTable } from "./statements/drop-table";
import { insert } from "./statements/insert";
import { setOption } from "./statements/set-option";
import { update } from "./statements/update";
import { begin, commit, rollback } from "./transaction-control";

/** A loop that turns more often would stop the whole local cloud. */
const loopTurnsMax = 100_000;
const nestingMax = 32;

/** Runs the statements of one batch or procedure call, one after another, and tells the sink what happens. */
export class StatementRunner {
  readonly #flow: ControlFlow;

  constructor(
    readonly session: Session,
    readonly sink: ResultSink,
    readonly variables: Variables,
    readonly nesting = 0,
  ) {
    this.#flow = new ControlFlow(session, sink);
  }

  /** @returns false when an error ended the batch */
  runText(sql: string): boolean {
    let statements: readonly Statement[];
    try {
      if (this.nesting >= nestingMax)
        throw new SqlError(
          217,
          "Maximum stored procedure, function, trigger, or view nesting level exceeded (limit 32).",
        );
      statements = parseBatch(sql).statements;
    } catch (error) {
      return this.#flow.report(error, 1);
    }
    try {
      this.#runAll(statements);
      return true;
    } catch (error) {
      return this.#flow.endBatch(error);
    }
  }

  #runAll(statements: readonly Statement[]): Signal {
    for (const statement of statements) {
      const signal = this.#run(statement);
      if (signal) return signal;
    }
    return undefined;
  }

  #run(statement: Statement): Signal {
    switch (statement.kind) {
      case "if":
        if (this.#test(statement)) return this.#run(statement.whenTrue);
        return statement.whenFalse && this.#run(statement.whenFalse);
      case "while":
        return this.#loop(statement);
      case "block":
        return this.#runAll(statement.statements);
      case "try":
        return this.#flow.attempt(
          () => this.#runAll(statement.body),
          () => this.#runAll(statement.handler),
        );
      case "break":
      case "continue":
        return statement.kind;
      case "return":
        return "return";
      default:
        this.#flow.guard(statement, () => this.#perform(statement));
        return undefined;
    }
  }

  #test(statement: Statement & { kind: "if" | "while" }): boolean {
    let result = false;
    this.#flow.guard(statement, () => {
      result = compileCondition(statement.condition, this.#scope())(noFrame) === true;
    });
    return result;
  }

  #loop(statement: Statement & { kind: "while" }): Signal {
    for (let turns = 0; this.#test(statement); turns++) {
      if (turns >= loopTurnsMax)
        throw this.#flow.fatal(
          new SqlError(50501, "A loop of more than 100,000 turns is not supported by the local cloud's SQL engine."),
          statement.line,
        );
      const signal = this.#run(statement.body);
      if (signal === "break") return undefined;
      if (signal === "return") return signal;
    }
    return undefined;
  }

  #scope(): Scope {
    return new Scope(this.session, this.variables);
  }

  #perform(statement: Statement): void {
    const { session, sink, variables } = this;
    const context = { session, sink, variables };
    switch (statement.kind) {
      case "query":
        this.#query(statement);
        return;
      case "insert":
        this.#done(insert(statement, context));
        return;
      case "update":
        this.#done(update(statement, context));
        return;
      case "delete":
        this.#done(deleteRows(statement, context));
        return;
      case "truncate":
        truncate(statement, context);
        this.#done();
        return;
      case "create-table":
        createTable(statement, session);
        this.#done();
        return;
      case "alter-table":
        alterTable(statement, session);
        this.#done();
        return;
      case "drop-table":
        dropTable(statement, session);
        this.#done();
        return;
      case "create-database":
        createDatabase(statement, session);
        this.#done();
        return;
      case "drop-database":
        dropDatabase(statement, session);
        this.#done();
        return;
      case "set-option":
        setOption(statement, session);
        this.#done();
        return;
      case "begin-transaction":
        begin(session, sink);
        this.#done();
        return;
      case "commit-transaction":
        commit(session, sink);
        this.#done();
        return;
      case "rollback-transaction":
        rollback(session, sink);
        this.#done();
        return;
      default:
        this.#performOther(statement);
        return;
    }
  }

  #performOther(statement: Statement): void {
    switch (statement.kind) {
      case "use": {
        const before = this.session.database.name;
        const { name } = this.session.use(statement.database);
        this.sink.databaseChanged(name, before);
        this.#done();
        return;
      }
      case "declare":
        for (const { name, type, value } of statement.variables) {
          if (this.variables.has(name))
            throw new SqlError(
              134,
              `The variable name '${name}' has already been declared. Variable names must be unique within a query batch or stored procedure.`,
              15,
              2,
            );
          const compiled = value && converted(compileExpression(value, this.#scope()), type, this.session);
          this.variables.set(name, { type, value: compiled?.evaluate(noFrame) ?? null });
        }
        return;
      case "set-variable": {
        const variable = this.variables.get(statement.name);
        if (!variable) throw new SqlError(137, `Must declare the scalar variable "${statement.name}".`, 15, 2);
        variable.value = converted(
          compileExpression(statement.value, this.#scope()),
          variable.type,
          this.session,
        ).evaluate(noFrame);
        this.session.rowCount = 1;
        return;
      }
      case "print": {
        const text = converted(
          compileExpression(statement.value, this.#scope()),
          { name: "nvarchar", length: 4000 },
          this.session,
        );
        this.sink.message(String(text.evaluate(noFrame) ?? " "), {
          number: 0,
          severity: 0,
          state: 1,
          line: statement.line,
        });
        return;
      }
      case "raiserror":
        raise(statement, this.#scope(), this.sink);
        return;
      case "throw":
        throw throwError(statement, this.#scope());
      case "execute-text": {
        const text = converted(
          compileExpression(statement.text, this.#scope()),
          { name: "nvarchar", length: "max" },
          this.session,
        );
        this.#nested(String(text.evaluate(noFrame) ?? ""), new Map());
        return;
      }
      case "execute":
        this.#execute(statement);
        return;
    }
  }

  #query({ query }: Statement & { kind: "query" }): void {
    const compiled = compileQuery(query, this.#scope(), false);
    const rows = compiled.rows(undefined);
    const items = query.body.kind === "select" ? query.body.items : [];
    const assigns = items.filter((item) => item.kind === "assign").length;
    if (assigns > 0 && assigns < items.length)
      throw new SqlError(
        141,
        "A SELECT statement that assigns a value to a variable must not be combined with data-retrieval operations.",
        15,
      );
    if (assigns === 0) {
      this.sink.columns(compiled.columns);
      for (const row of rows) this.sink.row(row);
    }
    this.#done(rows.length, assigns > 0);
  }

  /** @param count rows of the statement; undefined for one that has none */
  #done(count?: number, silent = false): void {
    this.session.rowCount = count ?? 0;
    if (!silent) this.sink.done(count === undefined || this.session.settings.noCount ? undefined : count);
  }

  #execute(statement: Statement & { kind: "execute" }): void {
    const given = statement.arguments.map(
      ({ name, value, output }): Argument => ({ name, output, value: compileExpression(value, this.#scope()) }),
    );
    if (statement.procedure.at(-1)!.toLowerCase() !== "sp_executesql") throw unknownProcedure(statement.procedure);
    const [text, declaration, ...rest] = given;
    const bound = bindParameters(declaration ? textOf(declaration, "@params") : "", rest, this.session);
    this.#nested(textOf(text, "@statement"), bound.variables);
    for (const { name, argument } of bound.outputs) {
      const target = statement.arguments[argument + 2]!.value;
      const variable = target.kind === "variable" ? this.variables.get(target.name) : undefined;
      if (variable) variable.value = bound.variables.get(name)!.value;
    }
  }

  /** A text with variables of its own; an error in it ends the batch that called it only if it ends batches. */
  #nested(sql: string, variables: Variables): void {
    const inner = new StatementRunner(this.session, this.sink, variables, this.nesting + 1);
    inner.#flow.inherit(this.#flow);
    const { statements } = parseBatch(sql);
    if (inner.nesting >= nestingMax)
      throw new SqlError(
        217,
        "Maximum stored procedure, function, trigger, or view nesting level exceeded (limit 32).",
      );
    inner.#runAll(statements);
  }
}
