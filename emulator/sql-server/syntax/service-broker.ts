import type { TokenCursor } from "./token-cursor";

/** Statements of Service Broker begin with words that are names elsewhere. */
export function startsConversation(cursor: TokenCursor): boolean {
  if (cursor.isWord("RECEIVE")) return cursor.isWordAt(1, "TOP", "FROM") || cursor.ahead(1).text === "*";
  if (cursor.isWord("SEND")) return cursor.isWordAt(1, "ON");
  if (cursor.isWord("BEGIN")) return cursor.isWordAt(1, "DIALOG", "CONVERSATION");
  return cursor.isWord("GET", "MOVE", "END") && cursor.isWordAt(1, "CONVERSATION");
}
