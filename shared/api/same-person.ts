/**
 * Whether two names are those of one person, where one of them was typed by the maker of a key: case, width and blanks at the ends make no
 * second person. Subjects of two bearers are compared exactly instead: the issuer says who they are, and tells them apart by case.
 */
export function isSamePerson(typed: string, other: string): boolean {
  return plain(typed) === plain(other);
}

function plain(name: string): string {
  return name.normalize("NFKC").trim().toLowerCase();
}
