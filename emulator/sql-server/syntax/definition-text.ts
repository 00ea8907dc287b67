import { type Condition, type Expression, isCondition } from "./expression";

/**
 * A condition or an expression as the catalog shows it: names in brackets, numbers in parentheses, no blanks around operators
 * (`[N]>(1)`, `getdate()`).
 * @param written what is shown of parts whose form in the catalog is not played
 * @param lists CHECK constraints take IN apart: `[a]='y' OR [a]='x'`
 */
export function definitionText(
  node: Expression | Condition,
  written: string,
  lists: "kept" | "taken-apart" = "kept",
): string {
  const printer = new Printer(lists);
  const text = isCondition(node) ? printer.condition(node) : printer.expression(node);
  return printer.knowsAll ? text : written;
}

class Printer {
  knowsAll = true;

  constructor(readonly lists: "kept" | "taken-apart") {}

  condition(node: Condition): string {
    switch (node.kind) {
      case "and":
        return `${this.#operandOfAnd(node.left)} AND ${this.#operandOfAnd(node.right)}`;
      case "or":
        return `${this.condition(node.left)} OR ${this.condition(node.right)}`;
      case "not":
        if (node.operand.kind === "is-null") return `${this.expression(node.operand.operand)} IS NOT NULL`;
        return `NOT ${this.#operandOfAnd(node.operand)}`;
      case "compare":
        return `${this.expression(node.left)}${node.operator}${this.expression(node.right)}`;
      case "is-null":
        return `${this.expression(node.operand)} IS NULL`;
      case "like":
        if (node.escape) return this.#unknown();
        return `${this.expression(node.operand)} like ${this.expression(node.pattern)}`;
      case "in-list": {
        const operand = this.expression(node.operand);
        const items = node.list.map((item) => this.expression(item));
        if (this.lists === "kept") return `${operand} IN (${items.join(", ")})`;
        return items
          .reverse()
          .map((item) => `${operand}=${item}`)
          .join(" OR ");
      }
      default:
        return this.#unknown();
    }
  }

  expression(node: Expression): string {
    switch (node.kind) {
      case "literal":
        if (node.type.name === "varchar") return quoted(String(node.value));
        if (node.type.name === "nvarchar") return `N${quoted(String(node.value))}`;
        return node.value instanceof Uint8Array ? this.#unknown() : `(${node.value})`;
      case "null":
        return "NULL";
      case "column":
        return node.path.map((part) => `[${part.replaceAll("]", "]]")}]`).join(".");
      case "unary":
        if (node.operand.kind !== "literal" || node.operator !== "-") return this.#unknown();
        return `(-${this.expression(node.operand).slice(1)}`;
      case "binary":
        if (node.left.kind === "binary" || node.right.kind === "binary") return this.#unknown();
        return `${this.expression(node.left)}${node.operator}${this.expression(node.right)}`;
      case "call":
        if (node.star || node.distinct || node.over) return this.#unknown();
        return `${node.name.toLowerCase()}(${node.arguments.map((argument) => this.expression(argument)).join(",")})`;
      default:
        return this.#unknown();
    }
  }

  #operandOfAnd(node: Condition): string {
    const text = this.condition(node);
    const isOr = node.kind === "or" || (node.kind === "in-list" && this.lists === "taken-apart");
    return isOr ? `(${text})` : text;
  }

  #unknown(): string {
    this.knowsAll = false;
    return "";
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
