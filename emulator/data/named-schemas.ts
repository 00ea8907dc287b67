import type { NameChange } from "./commit";
import { SqlError } from "./sql-error";
import type { TextRules } from "./text-rules";
import type { UserType } from "./user-type";

/** The schemas that were made by name and the users' types of a database: neither shares a name space with its objects. */
export class NamedSchemas {
  readonly #schemas = new Map<string, string>();
  readonly #types = new Map<string, UserType>();

  constructor(readonly rules: TextRules) {}

  schemas(): string[] {
    return [...this.#schemas.values()];
  }

  types(): UserType[] {
    return [...this.#types.values()];
  }

  type(schema: string, name: string): UserType | undefined {
    return this.#types.get(this.#key(schema, name));
  }

  /** @returns what undoes the change @throws SqlError 2714 or 219 for a name that is taken */
  apply(change: NameChange): () => void {
    switch (change.kind) {
      case "create-schema":
        this.#addSchema(change.schema);
        return () => this.#removeSchema(change.schema);
      case "drop-schema":
        this.#removeSchema(change.schema);
        return () => this.#addSchema(change.schema);
      case "create-type":
        this.#addType(change.definition);
        return () => this.#removeType(change.definition);
      case "drop-type":
        this.#removeType(change.definition);
        return () => this.#addType(change.definition);
    }
  }

  #addSchema(name: string): void {
    const key = this.rules.fold(name);
    if (["dbo", "guest", "sys", "information_schema"].includes(key) || this.#schemas.has(key))
      throw new SqlError(2714, `There is already an object named '${name}' in the database.`, 16, 4);
    this.#schemas.set(key, name);
  }

  #removeSchema(name: string): void {
    this.#schemas.delete(this.rules.fold(name));
  }

  #addType(type: UserType): void {
    const key = this.#key(type.schema, type.name);
    if (this.#types.has(key))
      throw new SqlError(
        219,
        `The type '${type.schema}.${type.name}' already exists, or you do not have permission to create it.`,
      );
    this.#types.set(key, type);
  }

  #removeType({ schema, name }: UserType): void {
    this.#types.delete(this.#key(schema, name));
  }

  /** The same names in a map of their own. */
  copy(): NamedSchemas {
    const copy = new NamedSchemas(this.rules);
    for (const [key, name] of this.#schemas) copy.#schemas.set(key, name);
    for (const [key, type] of this.#types) copy.#types.set(key, type);
    return copy;
  }

  #key(schema: string, name: string): string {
    return this.rules.fold(`${schema}\u0000${name}`);
  }
}
