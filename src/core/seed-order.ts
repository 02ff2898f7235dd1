/** A file and the tables that it fills; a program's are not known. */
export interface LoadedTables {
  readonly name: string;
  readonly tables: readonly string[];
}

/** One foreign key: rows of `child` need rows of `parent`. */
export interface Reference {
  readonly child: string;
  readonly parent: string;
}

/**
 * An order of the files in which every table is filled after those that it refers to, as near as can be to the
 * present one. Undefined where there is none, because tables refer to each other in a circle.
 */
export function orderThatWorks(
  files: readonly LoadedTables[],
  references: readonly Reference[],
): readonly string[] | undefined {
  const parents = new Map<string, Set<string>>();
  for (const { child, parent } of references) {
    if (child === parent) continue;
    parents.set(child, (parents.get(child) ?? new Set()).add(parent));
  }
  const needs = (file: LoadedTables): readonly LoadedTables[] =>
    files.filter(
      (other) =>
        other !== file &&
        file.tables.some((table) => other.tables.some((parent) => parents.get(table)?.has(parent) === true)),
    );
  const order: LoadedTables[] = [];
  const waiting = [...files];
  while (waiting.length > 0) {
    const next = waiting.findIndex((file) => needs(file).every((needed) => order.includes(needed)));
    if (next === -1) return undefined;
    order.push(...waiting.splice(next, 1));
  }
  return order.map((file) => file.name);
}
