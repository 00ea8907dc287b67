/** A query under a name. */
export interface View {
  readonly kind: "view";
  readonly schema: string;
  readonly name: string;
  /** The whole CREATE VIEW statement. */
  readonly text: string;
  /** The query behind AS. */
  readonly query: string;
  /** The names in front of AS, if there are any. */
  readonly columns: readonly string[] | undefined;
}

/** Statements under a name. */
export interface Procedure {
  readonly kind: "procedure";
  readonly schema: string;
  readonly name: string;
  /** The whole CREATE PROCEDURE statement. */
  readonly text: string;
  /** The parameters as they were written, without parentheses around them. */
  readonly parameters: string;
  /** The statements behind AS, after as many line ends as stand in front of them in `text`. */
  readonly body: string;
}

/** Another name for an object, which need not exist. */
export interface Synonym {
  readonly kind: "synonym";
  readonly schema: string;
  readonly name: string;
  /** Database, schema and name, as far as they were given. */
  readonly target: readonly string[];
}

/** An object of a schema that is no table and belongs to none. */
export type SchemaObject = View | Synonym | Procedure;
