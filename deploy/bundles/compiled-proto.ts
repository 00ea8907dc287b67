/** Static members that protobuf's compiler writes for each message, and that the Tablestore client never calls. */
const uncalled = ["encodeDelimited", "decodeDelimited", "verify", "fromObject", "toObject", "prototype\\.toJSON"];

const member = new RegExp(`^( +)\\w+\\.(${uncalled.join("|")}) = function [\\s\\S]*?\\n\\1\\};\\n`, "gm");

/**
 * The compiled protobuf messages of `tablestore` (5.6.5: 2.7 MB) without what no call of ours reaches: members that the client never
 * calls, and all messages of search indexes, which the store does not use.
 * @throws Error when the file is not as its compiler writes it: then another version of the package has to be looked at
 */
export function trimCompiledProto(code: string): string {
  const search = /^\$root\.search = \(function\(\) \{\n[\s\S]*?^\}\)\(\);\n/m;
  if (!search.test(code)) throw changed("the namespace search is not found");
  const trimmed = code.replace(search, "$root.search = { proto: {} };\n").replace(member, "");
  const left = new RegExp(`\\.(${uncalled.join("|")}) = function`).exec(trimmed);
  if (left) throw changed(`${left[0]} is still in it`);
  return trimmed;
}

function changed(what: string): Error {
  return new Error(
    `tablestore's compiled messages have another form: ${what}. Look at this version before it is bundled.`,
  );
}
