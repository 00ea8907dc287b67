/** A name in its parts: `[database]`, `[schema, table]`, `[database, schema, table]` or `[column]`. A part may hold any character, dots too. */
export type Name = readonly string[];

/** Databases of RDS have hyphens. */
const plainPart = /^[\p{L}_@#][\p{L}\p{N}_@#$-]*$/u;

/** For sentences: `shop.dbo.Orders`, and as SQL Server writes it where a part is no plain identifier: `shop.[a.b].[order lines]`. */
export function showName(...parts: Name): string {
  return parts.map((part) => (plainPart.test(part) ? part : bracketed(part))).join(".");
}

/** `[name]` with `]` doubled: the only way that a name reaches a statement. */
export function bracketed(part: string): string {
  return `[${part.replaceAll("]", "]]")}]`;
}

type TableName = { readonly schema: string; readonly name: string };

export function tablePath({ schema, name }: TableName): Name {
  return [schema, name];
}

export function addressPath({ database, schema, name }: TableName & { readonly database: string }): Name {
  return [database, schema, name];
}

/** `shop.dbo.Orders` */
export function showAddress(address: TableName & { readonly database: string }): string {
  return showName(...addressPath(address));
}

/**
 * Things by their names. The collation that tells names apart is the server's, and may differ between two servers: so an exact match
 * comes first, and one that differs by case, width, kana or trailing blanks counts only if it is the only one.
 */
export class NamedThings<Thing> {
  readonly things: readonly Thing[];
  readonly #nameOf: (thing: Thing) => Name;
  readonly #exact = new Map<string, Thing>();
  /** Null: several. */
  readonly #folded = new Map<string, Thing | null>();

  constructor(things: readonly Thing[], nameOf: (thing: Thing) => Name) {
    this.things = things;
    this.#nameOf = nameOf;
    for (const thing of things) {
      const name = nameOf(thing);
      if (this.#exact.has(keyOf(name))) continue;
      this.#exact.set(keyOf(name), thing);
      const folded = keyOf(name.map(fold));
      this.#folded.set(folded, this.#folded.has(folded) ? null : thing);
    }
  }

  find(...wanted: Name): Thing | undefined {
    return this.#exact.get(keyOf(wanted)) ?? this.#folded.get(keyOf(wanted.map(fold))) ?? undefined;
  }

  has(...wanted: Name): boolean {
    return this.find(...wanted) !== undefined;
  }

  /** For people who mistyped: up to three names whose last part is like the wanted one, most alike first. */
  near(...wanted: Name): string[] {
    return this.things
      .map((thing) => this.#nameOf(thing))
      .map((name) => ({ name, distance: distanceOf(name, wanted) }))
      .filter(({ distance }) => distance <= mistypedMost(wanted))
      .sort((left, right) => left.distance - right.distance)
      .slice(0, 3)
      .map(({ name }) => showName(...name));
  }
}

/** ` Near names: dbo.Orders.`, or nothing. */
export function tellNear(names: readonly string[]): string {
  return names.length === 0 ? "" : ` Near names: ${names.join(", ")}.`;
}

export function databasesByName<Thing extends { readonly database: string }>(things: readonly Thing[]) {
  return new NamedThings(things, ({ database }) => [database]);
}

export function listedByName<Thing extends { readonly name: string }>(things: readonly Thing[]) {
  return new NamedThings(things, ({ name }) => [name]);
}

export function tablesByName<Thing extends TableName>(things: readonly Thing[]) {
  return new NamedThings(things, tablePath);
}

export function addressesByName<Thing extends TableName & { readonly database: string }>(things: readonly Thing[]) {
  return new NamedThings(things, addressPath);
}

/** Are the two one name in a database of this collation? Null: the collation is not known, and they differ in ways that it decides. */
export function isSameName(left: string, right: string, collation: string | null): boolean | null {
  if (left === right) return true;
  if (fold(left) !== fold(right)) return false;
  return collation === null || collation === "" ? null : !/_(CS|BIN2?)(_|$)/i.test(collation);
}

/** Pairs of names that differ, and that some collation takes for one. */
export function alike(names: readonly string[]): [string, string][] {
  const first = new Map<string, string>();
  return names.flatMap((name): [string, string][] => {
    const earlier = first.get(fold(name)) ?? name;
    first.set(fold(name), earlier);
    return earlier === name ? [] : [[earlier, name]];
  });
}

/** Names that some collation takes for one have one folded form: without case, width, kana and trailing blanks. */
function fold(part: string): string {
  const wide = part.normalize("NFKC").toLowerCase().trimEnd();
  return wide.replace(/[\u3041-\u3096]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) + 0x60));
}

function keyOf(name: Name): string {
  return JSON.stringify(name);
}

function mistypedMost(wanted: Name): number {
  return Math.min(3, Math.floor((wanted.at(-1)!.length + 1) / 3));
}

/** Mistyped letters of the last part, blanks aside; a half more where the parts before it differ. */
function distanceOf(name: Name, wanted: Name): number {
  const [left, right] = [name, wanted].map((parts) => fold(parts.at(-1)!).replace(/\s/g, "")) as [string, string];
  if (Math.abs(left.length - right.length) > 3) return Number.POSITIVE_INFINITY;
  const isElsewhere = keyOf(name.slice(0, -1).map(fold)) !== keyOf(wanted.slice(0, -1).map(fold));
  return editDistance(left, right) + (isElsewhere ? 0.5 : 0);
}

/** Letters added, left out, replaced, or swapped with their neighbours. */
function editDistance(left: string, right: string): number {
  let before: number[] = [];
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let line = 1; line <= left.length; line++) {
    const next = [line];
    for (let column = 1; column <= right.length; column++) {
      const replaced = row[column - 1]! + Number(left[line - 1] !== right[column - 1]);
      const isSwapped = left[line - 1] === right[column - 2] && left[line - 2] === right[column - 1];
      const swapped = isSwapped ? (before[column - 2] ?? Number.POSITIVE_INFINITY) + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min(replaced, swapped, row[column]! + 1, next[column - 1]! + 1));
    }
    [before, row] = [row, next];
  }
  return row.at(-1)!;
}
