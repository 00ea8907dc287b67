import type { BinaryOperator } from "../syntax/expression";

/** What error messages call the operators. */
export const operatorNames: Readonly<Record<BinaryOperator, string>> = {
  "+": "add",
  "-": "subtract",
  "*": "multiply",
  "/": "divide",
  "%": "modulo",
  "&": "'&'",
  "|": "'|'",
  "^": "'^'",
};
