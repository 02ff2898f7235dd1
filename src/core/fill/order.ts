import { isOptional } from './table.ts';
import type { FillTable } from './table.ts';

/** Tables that have to get their rows in one statement: one table, or several that need each other. */
export type FillUnit = readonly FillTable[];

/**
 * An order in which every table comes after those that its rows need. References that may be null yield where
 * tables refer to each other in a circle: they are filled in afterwards. Tables in a circle of references that
 * may not be null make one unit.
 */
export function fillOrder(tables: readonly FillTable[]): readonly FillUnit[] {
  const known = new Set(tables.map((table) => table.oid));
  const units = circles(tables, (table) => parentsOf(table, known, 'needed'));
  const waiting = [...units];
  const filled = new Set<string>();
  const order: FillUnit[] = [];
  const missing = (unit: FillUnit, which: 'needed' | 'all'): number => {
    const own = new Set(unit.map((table) => table.oid));
    const parents = new Set(unit.flatMap((table) => [...parentsOf(table, known, which)]));
    return [...parents].filter((parent) => !own.has(parent) && !filled.has(parent)).length;
  };
  while (waiting.length > 0) {
    const ready = waiting.filter((unit) => missing(unit, 'needed') === 0);
    const fewest = Math.min(...ready.map((unit) => missing(unit, 'all')));
    const next = ready.find((unit) => missing(unit, 'all') === fewest);
    if (next === undefined) throw new Error('the order of the tables has a circle that is no unit');
    waiting.splice(waiting.indexOf(next), 1);
    order.push(next);
    for (const table of next) filled.add(table.oid);
  }
  return order;
}

function parentsOf(
  table: FillTable,
  known: ReadonlySet<string>,
  which: 'needed' | 'all',
): ReadonlySet<string> {
  return new Set(
    table.references
      .filter(({ parent }) => parent !== table.oid && known.has(parent))
      .filter((reference) => which === 'all' || !isOptional(table, reference))
      .map(({ parent }) => parent),
  );
}

/** Tables that reach each other, together; all others alone. In the order in which they came. */
function circles(
  tables: readonly FillTable[],
  parents: (table: FillTable) => ReadonlySet<string>,
): readonly FillUnit[] {
  const byOid = new Map(tables.map((table) => [table.oid, table]));
  const reached = new Map(tables.map((table) => [table.oid, reach(table)]));
  const placed = new Set<string>();
  return tables.flatMap((table): readonly FillUnit[] => {
    if (placed.has(table.oid)) return [];
    const unit = tables.filter(
      ({ oid }) =>
        oid === table.oid ||
        (reached.get(table.oid)?.has(oid) === true && reached.get(oid)?.has(table.oid) === true),
    );
    for (const { oid } of unit) placed.add(oid);
    return [unit];
  });

  function reach(from: FillTable): ReadonlySet<string> {
    const found = new Set<string>();
    const next = [...parents(from)];
    for (let oid = next.pop(); oid !== undefined; oid = next.pop()) {
      if (found.has(oid)) continue;
      found.add(oid);
      const table = byOid.get(oid);
      if (table !== undefined) next.push(...parents(table));
    }
    return found;
  }
}
