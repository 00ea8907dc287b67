import type { ColumnDefinition } from "../../../data/table-definition";
import { definitionText } from "../../syntax/definition-text";
import { parseExpression } from "../../syntax/expression-parser";
import { TokenCursor } from "../../syntax/token-cursor";

/** A column's default as the catalog shows it: `((0))`, `(getdate())`. */
export function shownDefault({ defaultExpression }: ColumnDefinition): string | null {
  if (defaultExpression === undefined) return null;
  return `(${definitionText(parseExpression(new TokenCursor(defaultExpression)), defaultExpression)})`;
}
