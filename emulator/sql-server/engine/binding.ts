import { SqlError } from "../../data/sql-error";
import type { Expression } from "../syntax/expression";
import type { Statement } from "../syntax/statement";
import { notPlayedNumber } from "../syntax/token-cursor";
import { compileCondition } from "./condition-compiler";
import type { Steps } from "./control-flow";
import { declaredType } from "./declared-type";
import { compileExpression } from "./expression-compiler";
import type { ResultSink } from "./result-sink";
import { Scope } from "./scope";
import type { Session, Variables } from "./session";
import { compileDelete } from "./statements/delete";
import { compileInsert } from "./statements/insert";
import { compileSelect } from "./statements/query";
import { compileUpdate } from "./statements/update";
import { declared, requireVariable } from "./statements/variable";

/**
 * What is not known before the statement's turn: objects that statements in front may make ("Deferred name resolution"), rights, settings; and
 * what the local cloud does not play may never be reached.
 */
const deferred = new Set([208, 229, 262, 544, 545, 911, 916, 8101, notPlayedNumber]);

/** Looks up names and types in all statements of a text before the first one runs, as SQL Server compiles a whole batch. */
export class Binder {
  #variables: Variables;

  constructor(
    readonly session: Session,
    readonly sink: ResultSink,
    given: Variables,
  ) {
    this.#variables = new Map(given);
  }

  /** Others have their turns between the statements. @throws SqlError with its line, for what is wrong whatever the statements in front do */
  *bind(statements: readonly Statement[]): Steps<void> {
    const end = this.session.openScope();
    try {
      for (const statement of statements) {
        this.#statement(statement);
        this.session.work.statementBound();
        yield;
      }
    } finally {
      end();
    }
  }

  #statement(statement: Statement): void {
    try {
      this.#own(statement);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      error.line ??= statement.line;
      if (!deferred.has(error.number)) throw error;
    }
    switch (statement.kind) {
      case "if":
        this.#statement(statement.whenTrue);
        if (statement.whenFalse) this.#statement(statement.whenFalse);
        break;
      case "while":
        this.#statement(statement.body);
        break;
      case "block":
        for (const inner of statement.statements) this.#statement(inner);
        break;
      case "try":
        for (const inner of [...statement.body, ...statement.handler]) this.#statement(inner);
    }
  }

  /** The statement without those inside of it. */
  #own(statement: Statement): void {
    const context = { session: this.session, sink: this.sink, variables: this.#variables };
    switch (statement.kind) {
      case "if":
      case "while":
        compileCondition(statement.condition, this.#scope());
        return;
      case "use":
        this.session.use(statement.database);
        return;
      case "declare":
        for (const [index, { name, type: written, value }] of statement.variables.entries()) {
          const { type } = declaredType(written, index + 1, this.session);
          this.#variables.set(name, declared(name, type, this.#variables));
          if (value) this.#expression(value);
        }
        return;
      case "set-variable":
        requireVariable(statement.name, this.#variables);
        this.#expression(statement.value);
        return;
      case "query":
        compileSelect(statement, context);
        return;
      case "insert":
        compileInsert(statement, context);
        return;
      case "update":
        compileUpdate(statement, context);
        return;
      case "delete":
        compileDelete(statement, context);
        return;
      case "print":
        this.#expression(statement.value);
        return;
      case "execute-text":
        this.#expression(statement.text);
        return;
      case "execute":
        for (const { value } of statement.arguments) this.#expression(value);
    }
  }

  #scope(): Scope {
    return new Scope(this.session, this.#variables);
  }

  #expression(expression: Expression): void {
    compileExpression(expression, this.#scope());
  }
}
