import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";

/** Which file takes values (not only types) from which: `path → paths`, of the TypeScript files below the given folders. */
export function valueImports(root: string, folders: readonly string[]): Map<string, string[]> {
  const paths = folders.flatMap((folder) => filesBelow(root, folder));
  return new Map(paths.map((path) => [path, importedValues(root, path)]));
}

/** The TypeScript files below a folder of the repository, as paths from its root. */
export function filesBelow(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name);
    return statSync(join(root, path)).isDirectory() ? filesBelow(root, path) : path.endsWith(".ts") ? [path] : [];
  });
}

function importedValues(root: string, path: string): string[] {
  const text = readFileSync(join(root, path), "utf8");
  const statements = [...text.matchAll(/^(?:import|export)\s+(?!type\b)([^;'"]*?)from\s+"(\.[^"]+)"/gm)];
  const named = statements.filter(([, names]) => !takesTypesOnly(names!)).map(([, , specifier]) => specifier!);
  const bare = [...text.matchAll(/^import "(\.[^"]+)"/gm)].map(([, specifier]) => specifier!);
  const late = [...text.matchAll(/\bimport\("(\.[^"]+)"\)(?!\.[A-Z])/g)].map(([, specifier]) => specifier!);
  return [...new Set([...named, ...bare, ...late].flatMap((specifier) => fileOf(root, path, specifier)))];
}

/** `import { type A, type B } from …` takes no value. */
function takesTypesOnly(names: string): boolean {
  const inBraces = /^\{([^}]*)\}\s*$/.exec(names.trim())?.[1];
  if (inBraces === undefined) return false;
  const listed = inBraces.split(",").map((name) => name.trim());
  return listed.every((name) => name === "" || name.startsWith("type "));
}

function fileOf(root: string, from: string, specifier: string): string[] {
  const path = relative(root, join(root, from, "..", specifier));
  return [`${path}.ts`, join(path, "index.ts")].filter((candidate) => existsSync(join(root, candidate))).slice(0, 1);
}

/**
 * The circles among the imports: each is the list of files that reach one another (a strongly connected component of
 * more than one file, by Tarjan's method), in alphabetical order.
 */
export function circles(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const visit = (path: string) => {
    order.set(path, order.size);
    lowest.set(path, order.get(path)!);
    open.push(path);
    for (const imported of imports.get(path) ?? []) {
      if (!order.has(imported)) visit(imported);
      if (open.includes(imported)) lowest.set(path, Math.min(lowest.get(path)!, lowest.get(imported)!));
    }
    if (lowest.get(path) !== order.get(path)) return;
    const members = open.splice(open.indexOf(path));
    if (members.length > 1) found.push(members.sort());
  };
  for (const path of imports.keys()) if (!order.has(path)) visit(path);
  return found;
}
