import type { RestoreRecord } from "../restore/model/record";
import { needsTwoPeople, type TwoPersonRule } from "../restore/plan/two-person-rule";
import type { Caller } from "./identity";
import { isSamePerson } from "./same-person";

/**
 * Whether the caller may approve as the second person. The maker of an API key has seen it and could have used it: to ask, or to approve.
 * @returns why not, in sentences; null: the caller may approve
 */
export function whyNotSecondPerson(
  { subject, key }: Caller,
  { request, requestedBy, requestKeyMadeBy }: RestoreRecord,
  rule: TwoPersonRule,
): string | null {
  // Without the key its maker might have no right to approve at all, so this holds under every rule.
  if (key && isSamePerson(key.madeBy, requestedBy))
    return `${key.madeBy} asked for this restore and made the API key ${key.keyId}; approve with a bearer, or with a key that another person made.`;
  if (!needsTwoPeople(rule, request.writeBack)) return null;
  // Names that people typed may be spelt in several ways; subjects of bearers are what the issuer says.
  const isTyped = key !== null || requestKeyMadeBy !== undefined;
  if (isTyped ? isSamePerson(subject, requestedBy) : subject === requestedBy)
    return `${subject} asked for this restore; another person approves it.`;
  if (requestKeyMadeBy !== undefined && isSamePerson(subject, requestKeyMadeBy))
    return `${subject} made the API key with which this restore was asked for; another person approves it.`;
  return null;
}
