import { grantDifference, grantText } from './picture-grants.ts';
import { identityOf, objectText } from './picture.ts';
import type { Fact, Picture, PictureObject } from './picture.ts';
import { rankOf } from './snapshot/node.ts';

/** One way in which a schema is not what it should be. */
export type Difference =
  | { readonly kind: 'missing'; readonly expected: PictureObject }
  | { readonly kind: 'extra'; readonly actual: PictureObject }
  | {
      readonly kind: 'changed';
      readonly expected: PictureObject;
      readonly actual: PictureObject;
      readonly fact: string;
    }
  /** The same columns in another order: softer, because only `SELECT *`, COPY and INSERT without a column list see it. */
  | {
      readonly kind: 'column-order';
      readonly table: string;
      readonly expected: readonly string[];
      readonly actual: readonly string[];
    };

/**
 * What would have to happen to `actual` to make it `expected`. What a missing or extra table, type or
 * constraint takes along (its columns, its indexes) is not said again.
 */
export function differences(expected: Picture, actual: Picture): readonly Difference[] {
  const wanted = byIdentity(expected);
  const found = byIdentity(actual);
  const result: Difference[] = [];
  const missing = expected.objects.filter((object) => !found.has(identityOf(object)));
  const extra = actual.objects.filter((object) => !wanted.has(identityOf(object)));
  // In the order in which they can be made, and the other way about where they have to go.
  for (const object of byRank(withoutCompanions(missing), 1))
    result.push({ kind: 'missing', expected: object });
  for (const object of byRank(withoutCompanions(extra), -1)) result.push({ kind: 'extra', actual: object });
  for (const object of expected.objects) {
    const now = found.get(identityOf(object));
    if (now !== undefined) result.push(...changes(object, now));
  }
  return [...withoutEchoes(result), ...columnOrders(expected, actual)];
}

function byIdentity(picture: Picture): ReadonlyMap<string, PictureObject> {
  return new Map(picture.objects.map((object) => [identityOf(object), object]));
}

function byRank(objects: readonly PictureObject[], direction: 1 | -1): readonly PictureObject[] {
  return [...objects].sort((left, right) => direction * (rankOf(left.kind) - rankOf(right.kind)));
}

/** Tables, views, types and domains take along what belongs to them; a constraint takes its index. */
function withoutCompanions(objects: readonly PictureObject[]): readonly PictureObject[] {
  const owners = new Set(objects.flatMap((object) => (object.on === undefined ? [object.sql] : [])));
  const constraints = new Set(
    objects.flatMap((object) => (object.kind === 'constraint' ? [`${object.on ?? ''}.${object.name}`] : [])),
  );
  return objects.filter((object) => {
    if (object.on !== undefined && owners.has(object.on)) return false;
    if (
      object.kind === 'index' &&
      constraints.has(`${object.on ?? ''}.${String(object.facts['constraint'])}`)
    ) {
      return false;
    }
    const owner = object.facts['owned by'];
    // A serial or identity sequence goes with its table; `owned by` is table.column.
    return !(
      object.kind === 'sequence' &&
      typeof owner === 'string' &&
      owners.has(owner.slice(0, owner.lastIndexOf('.')))
    );
  });
}

function changes(expected: PictureObject, actual: PictureObject): readonly Difference[] {
  const names = new Set([...Object.keys(expected.facts), ...Object.keys(actual.facts)]);
  return [...names].sort().flatMap((fact): readonly Difference[] => {
    const before = expected.facts[fact] ?? null;
    const after = actual.facts[fact] ?? null;
    return JSON.stringify(before) === JSON.stringify(after)
      ? []
      : [{ kind: 'changed', expected, actual, fact }];
  });
}

/** One change, said once: what follows from another difference of the same table is left out. */
function withoutEchoes(found: readonly Difference[]): readonly Difference[] {
  const notNulls = new Set<string>();
  const reparented = new Set<string>();
  const newOwner = new Set<string>();
  for (const difference of found) {
    const object = subjectOf(difference);
    if (object === undefined) continue;
    const fact = difference.kind === 'changed' ? difference.fact : undefined;
    if (object.kind === 'column' && (fact === undefined || fact === 'not null')) {
      notNulls.add(`${object.on ?? ''} NOT NULL ${object.sql}`);
    }
    if (object.kind === 'table' && fact === 'inherits') reparented.add(object.sql);
    if (object.kind === 'table' && fact === 'owner') newOwner.add(object.sql);
  }
  return found.filter((difference) => {
    const object = subjectOf(difference);
    if (object === undefined) return true;
    if (difference.kind !== 'changed') {
      // Since PostgreSQL 18 a NOT NULL is also a constraint with a name.
      return !(
        object.kind === 'constraint' &&
        notNulls.has(`${object.on ?? ''} ${String(object.facts['definition'])}`)
      );
    }
    if (INHERITED.has(difference.fact)) return !reparented.has(object.on ?? '');
    const owner = object.facts['owned by'];
    return !(
      difference.fact === 'owner' &&
      typeof owner === 'string' &&
      newOwner.has(owner.slice(0, owner.lastIndexOf('.')))
    );
  });
}

/** What changes on columns, constraints and indexes when their table gets or loses a parent. */
const INHERITED: ReadonlySet<string> = new Set(['inherited', 'local', 'attached to']);

function subjectOf(difference: Difference): PictureObject | undefined {
  if (difference.kind === 'column-order') return undefined;
  return difference.kind === 'extra' ? difference.actual : difference.expected;
}

function columnOrders(expected: Picture, actual: Picture): readonly Difference[] {
  const wanted = columnsOf(expected);
  const found = columnsOf(actual);
  const result: Difference[] = [];
  for (const [table, columns] of wanted) {
    const now = found.get(table);
    if (now === undefined) continue;
    const shared = new Set(columns.filter((name) => now.includes(name)));
    const before = columns.filter((name) => shared.has(name));
    const after = now.filter((name) => shared.has(name));
    if (before.join('\0') !== after.join('\0')) {
      result.push({ kind: 'column-order', table, expected: before, actual: after });
    }
  }
  return result;
}

function columnsOf(picture: Picture): ReadonlyMap<string, readonly string[]> {
  const tables = new Map<string, PictureObject[]>();
  for (const object of picture.objects) {
    if (object.kind !== 'column' || object.on === undefined) continue;
    const columns = tables.get(object.on);
    if (columns === undefined) tables.set(object.on, [object]);
    else columns.push(object);
  }
  return new Map(
    [...tables].map(([table, columns]) => [
      table,
      columns
        .sort((left, right) => (left.position ?? 0) - (right.position ?? 0))
        .map((column) => column.name),
    ]),
  );
}

/** How the sides are called: what a rollback should give back, or what the files produce. */
export interface DifferenceWords {
  /** `is missing`. */
  readonly missing: string;
  /** `is left behind`, `is not in the files`. */
  readonly extra: string;
}

/** A difference as one sentence. */
export function differenceText(difference: Difference, words: DifferenceWords): string {
  switch (difference.kind) {
    case 'missing':
      return `${objectText(difference.expected)} ${words.missing}`;
    case 'extra':
      return `${objectText(difference.actual)} ${words.extra}`;
    case 'changed': {
      const { expected, actual, fact } = difference;
      if (fact === 'grants' && expected.kind !== 'column') {
        return `${objectText(expected)}: grants: ${grantText(grantDifference(expected, actual))}`;
      }
      return `${objectText(expected)}: ${fact} is ${factText(actual.facts[fact])} instead of ${factText(expected.facts[fact])}`;
    }
    case 'column-order':
      return `columns of ${difference.table.replace(/^public\./, '')} stand in another order: ${difference.actual.join(', ')} instead of ${difference.expected.join(', ')}`;
  }
}

/** The longest a value is shown in a sentence. */
const WIDEST = 160;

function factText(fact: Fact | undefined): string {
  if (fact === null || fact === undefined) return 'none';
  if (typeof fact === 'boolean') return fact ? 'on' : 'off';
  const text = (typeof fact === 'object' ? fact.join(', ') : String(fact)).replace(/\s+/g, ' ').trim();
  return text.length <= WIDEST ? text : `${text.slice(0, WIDEST - 1)}…`;
}
