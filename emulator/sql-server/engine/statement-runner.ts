import { SqlError } from "../../data/sql-error";
import type { ExecuteArgument, Statement } from "../syntax/statement";
import { parseBatch } from "../syntax/statement-parser";
import { hasDoubleQuotes } from "../syntax/token";
import { notPlayed } from "../syntax/token-cursor";
import { Binder } from "./binding";
import { noFrame } from "./compiled";
import { compileCondition } from "./condition-compiler";
import { ControlFlow, type Signal, type Steps } from "./control-flow";
import { converted } from "./converted";
import { compileExpression } from "./expression-compiler";
import { type Argument, type BoundParameters, bindParameters, textOf, unknownProcedure } from "./procedure";
import { commandProcedure } from "./procedures/command-procedures";
import { bindProcedure, procedureText } from "./procedures/stored-procedure";
import type { ResultSink } from "./result-sink";
import { Scope } from "./scope";
import type { Session, Variables } from "./session";
import { perform } from "./statements/perform";
import { query } from "./statements/query";

const nestingMax = 32;

/** Begins a text of its own. @returns ends it, and tells the client which database is in use again */
function openScope(session: Session, sink: ResultSink): () => void {
  const close = session.openScope();
  return () => {
    const inside = session.databaseName;
    close();
    if (session.databaseName !== inside) sink.databaseChanged(session.databaseName, inside, "quietly");
  };
}

/** @@TRANCOUNT. */
function depthOf(session: Session): number {
  return session.transaction?.depth ?? 0;
}

/**
 * @throws SqlError 266 when a text has left a transaction open or ended one; the work is done all the same. A transaction that
 * IMPLICIT_TRANSACTIONS has begun may stay open: drivers switch it on and send every statement in a procedure call.
 */
function requireSameDepth(before: number, session: Session): void {
  const now = depthOf(session);
  const { xactAbort, implicitTransactions } = session.settings;
  if (now === before || xactAbort || (implicitTransactions && before === 0 && now === 1)) return;
  throw new SqlError(
    266,
    `Transaction count after EXECUTE indicates a mismatching number of BEGIN and COMMIT statements. Previous count = ${before}, current count = ${now}.`,
    16,
    2,
  );
}

/** Runs the statements of one batch or procedure call, one after another, and tells the sink what happens. */
export class StatementRunner {
  readonly #flow: ControlFlow;
  /** Which statement declared a variable: a loop may pass the same one again. */
  readonly declaredBy = new Map<string, Statement>();

  constructor(
    readonly session: Session,
    readonly sink: ResultSink,
    readonly variables: Variables,
    readonly nesting = 0,
  ) {
    this.#flow = new ControlFlow(session, sink);
  }

  /** @returns false when an error ended the batch */
  *runText(sql: string): Steps<boolean> {
    try {
      this.session.work.beginBatch();
      yield* this.#runAll(yield* this.#compile(sql));
      return true;
    } catch (error) {
      return this.#flow.endBatch(error);
    }
  }

  /** The text of a procedure call: as `runText`, but what it sets and uses ends with it. @throws SqlError 266 */
  *runScope(sql: string): Steps<boolean> {
    const depth = depthOf(this.session);
    const close = openScope(this.session, this.sink);
    try {
      const succeeded = yield* this.runText(sql);
      if (succeeded) requireSameDepth(depth, this.session);
      return succeeded;
    } finally {
      close();
    }
  }

  *#compile(sql: string): Steps<readonly Statement[]> {
    // The setting counts for whole texts. A text that is about to switch it on is read as if it had.
    if (!this.session.settings.quotedIdentifier && hasDoubleQuotes(sql) && !/quoted_identifier\s+on/i.test(sql))
      throw notPlayed("A text in double quotes, as under SET QUOTED_IDENTIFIER OFF,");
    const statements = parseBatch(sql);
    yield* new Binder(this.session, this.sink, this.variables).bind(statements);
    return statements;
  }

  *#runAll(statements: readonly Statement[]): Steps<Signal> {
    for (const statement of statements) {
      const signal = yield* this.#run(statement);
      if (signal) return signal;
    }
    return undefined;
  }

  *#run(statement: Statement): Steps<Signal> {
    yield;
    this.session.work.beginStatement();
    switch (statement.kind) {
      case "if":
        if (yield* this.#test(statement)) return yield* this.#run(statement.whenTrue);
        return statement.whenFalse && (yield* this.#run(statement.whenFalse));
      case "while":
        return yield* this.#loop(statement);
      case "block":
        return yield* this.#runAll(statement.statements);
      case "try":
        return yield* this.#flow.attempt(
          () => this.#runAll(statement.body),
          () => this.#runAll(statement.handler),
        );
      case "break":
      case "continue":
        return statement.kind;
      case "return":
        return "return";
      default:
        yield* this.#flow.guard(statement, () => this.#perform(statement));
        return undefined;
    }
  }

  *#test(statement: Statement & { kind: "if" | "while" }): Steps<boolean> {
    let result = false;
    yield* this.#flow.guard(statement, () => {
      result = compileCondition(statement.condition, this.#scope())(noFrame) === true;
    });
    return result;
  }

  *#loop(statement: Statement & { kind: "while" }): Steps<Signal> {
    while (yield* this.#test(statement)) {
      const signal = yield* this.#run(statement.body);
      if (signal === "break") return undefined;
      if (signal === "return") return signal;
    }
    return undefined;
  }

  #scope(): Scope {
    return new Scope(this.session, this.variables);
  }

  *#perform(statement: Statement): Steps<void> {
    if (statement.kind === "execute") return yield* this.#execute(statement);
    if (statement.kind === "execute-text") {
      const text = converted(
        compileExpression(statement.text, this.#scope()),
        { name: "nvarchar", length: "max" },
        this.session,
      );
      return yield* this.#nested(String(text.evaluate(noFrame) ?? ""), new Map());
    }
    const outcome = statement.kind === "query" ? yield* query(statement, this) : perform(statement, this);
    if (outcome === "silent") return;
    this.session.rowCount = outcome.rowCount ?? 0;
    if (!outcome.assigns) this.sink.done(this.session.settings.noCount ? undefined : outcome.rowCount);
  }

  *#execute(statement: Statement & { kind: "execute" }): Steps<void> {
    const given = statement.arguments.map(
      ({ name, value, output }): Argument => ({ name, output, value: compileExpression(value, this.#scope()) }),
    );
    const known = procedureText(statement.procedure, this.session);
    if (known) {
      const bound = bindProcedure(known, given, this.session, statement.procedure.at(-1)!);
      yield* this.#nested(known.sql, bound.variables, known.database);
      return this.#giveBack(bound, statement.arguments);
    }
    const command = commandProcedure(statement.procedure);
    if (command) return command(given, this.session, this.sink);
    if (statement.procedure.at(-1)!.toLowerCase() !== "sp_executesql") throw unknownProcedure(statement.procedure);
    const [text, declaration, ...rest] = given;
    const bound = bindParameters(declaration ? textOf(declaration, "@params") : "", rest, this.session);
    yield* this.#nested(textOf(text, "@statement"), bound.variables);
    this.#giveBack(bound, statement.arguments.slice(2));
  }

  /** Gives the values of OUTPUT parameters to the variables that stand for them. */
  #giveBack({ outputs, variables }: BoundParameters, given: readonly ExecuteArgument[]): void {
    for (const { name, argument } of outputs) {
      const target = given[argument]!.value;
      const variable = target.kind === "variable" ? this.variables.get(target.name) : undefined;
      if (variable) variable.value = variables.get(name)!.value;
    }
  }

  /** A text with variables of its own. @param database where it runs, if not in the database in use */
  *#nested(sql: string, variables: Variables, database?: string): Steps<void> {
    const inner = new StatementRunner(this.session, this.sink, variables, this.nesting + 1);
    inner.#flow.inherit(this.#flow);
    if (inner.nesting > nestingMax)
      throw new SqlError(
        217,
        "Maximum stored procedure, function, trigger, or view nesting level exceeded (limit 32).",
      );
    this.session.lastError = 0;
    const depth = depthOf(this.session);
    const close = openScope(this.session, this.sink);
    try {
      if (database) this.session.use(database);
      yield* inner.#runAll(yield* inner.#compile(sql));
    } catch (error) {
      this.#flow.leaveText(error);
      return;
    } finally {
      close();
    }
    requireSameDepth(depth, this.session);
  }
}
