import { ServerError } from '../../core/errors.ts';
import type { ServerErrorFacts } from '../../core/errors.ts';
import type { FillUnit } from '../../core/fill/order.ts';
import type { FillLessons } from '../../core/fill/pool.ts';
import type { FillTable } from '../../core/fill/table.ts';
import type { Session } from '../../core/ports.ts';
import { emptyParentOf, readableLessons, rowsIn, stuckColumns } from './fill-diagnosis.ts';
import { lastingLessons, lessonsAfter, NO_LESSONS, uncheckedLessons } from './fill-lessons.ts';
import { insertSql } from './fill-statement.ts';

/** Tries for the first row, and for a later one, without which a rehearsal can do. */
const TRIES = { first: 24, later: 8 };

/** Opens what a try may take back: once in the transaction, before the first unit. */
export const OPEN_SAVEPOINT = 'savepoint lms_db_fill';
const KEEP = `release savepoint lms_db_fill; ${OPEN_SAVEPOINT}`;
const TAKE_BACK = 'rollback to savepoint lms_db_fill';

/** How many rows each table of a unit got, and why none. */
export interface UnitOutcome {
  readonly inserted: number;
  readonly reason?: string | undefined;
}

/** Inserts so many rows into each table of a unit, inside the open transaction. Throws only ConnectionError. */
export async function fillUnit(session: Session, unit: FillUnit, rows: number): Promise<UnitOutcome> {
  // All rows in one message: what mostly succeeds.
  const statements = Array.from({ length: rows }, (_, index) => insertSql(unit, index + 1, () => NO_LESSONS));
  if ((await tried(session, statements)) === 'arrived') return { inserted: rows };
  const lessons = new Lessons(unit);
  for (let row = 1; row <= rows; row += 1) {
    const reason = await fillRow(session, unit, row, lessons, row === 1 ? TRIES.first : TRIES.later);
    if (reason !== undefined) return row === 1 ? emptyHanded(session, unit, reason) : { inserted: row - 1 };
    lessons.change(lastingLessons);
  }
  return { inserted: rows };
}

/** A table that a trigger of another one has filled in the meantime may have no room for more. */
async function emptyHanded(session: Session, unit: FillUnit, reason: string): Promise<UnitOutcome> {
  let inserted = Infinity;
  for (const table of unit) inserted = Math.min(inserted, await rowsIn(session, table));
  return inserted > 0 ? { inserted } : { inserted, reason };
}

/** What was learned of each table. */
class Lessons {
  readonly #byTable: Map<string, FillLessons>;
  readonly #unit: FillUnit;

  constructor(unit: FillUnit) {
    this.#unit = unit;
    this.#byTable = new Map(unit.map(({ oid }) => [oid, NO_LESSONS]));
  }

  readonly of = ({ oid }: FillTable): FillLessons => this.#byTable.get(oid) ?? NO_LESSONS;

  /** Learns something about every table, or about these. */
  change(next: (lessons: FillLessons, table: FillTable) => FillLessons, tables: FillUnit = this.#unit): void {
    for (const table of tables) this.#byTable.set(table.oid, next(this.of(table), table));
  }
}

/**
 * Whether these statements inserted what they should; `nothing` where one found no row. Unless they did, nothing
 * stays. The savepoint is there before: a text that does not parse would not even make it.
 */
async function tried(
  session: Session,
  statements: readonly string[],
): Promise<'arrived' | 'nothing' | ServerErrorFacts> {
  try {
    const { tags } = await session.script(statements.join(';\n'));
    const arrived = tags.every((tag) => tag === 'SELECT 1');
    await session.script(arrived ? KEEP : TAKE_BACK);
    return arrived ? 'arrived' : 'nothing';
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    await session.script(TAKE_BACK);
    return error.facts;
  }
}

/** Tries until the row is in; otherwise says why it is not. */
async function fillRow(
  session: Session,
  unit: FillUnit,
  row: number,
  lessons: Lessons,
  tries: number,
): Promise<string | undefined> {
  let reason: string | undefined;
  let diagnosed = false;
  for (let attempt = 1; attempt <= tries; attempt += 1) {
    const result = await tried(session, [insertSql(unit, row, lessons.of)]);
    if (result === 'arrived') return undefined;
    if (result !== 'nothing') reason = result.message;
    if (result === 'nothing' || (!diagnosed && mayComeFromTheSearch(result))) {
      const learned = await diagnosis(session, unit, row, lessons);
      if (result === 'nothing' && learned !== 'checks')
        return reason ?? (await whyNothing(session, unit, learned));
      diagnosed = true;
      if (learned === 'checks') continue;
    }
    if (result !== 'nothing') {
      const { table: blamed } = result;
      const tables = unit.filter(({ sql }) => unit.length === 1 || sql.endsWith(blamed ?? ''));
      lessons.change((before, table) => lessonsAfter(table, before, result, attempt), tables);
    }
  }
  return reason ?? 'no row was found that meets its constraints';
}

/**
 * True for what evaluating a cast or a check raises (classes 22 and 42, feature_not_supported), a domain's check
 * and NOT NULL, which name no table, and a search that took too long (57014 query_canceled).
 */
function mayComeFromTheSearch({ sqlstate, table }: ServerErrorFacts): boolean {
  return /^(22|42|0A|57014)/.test(sqlstate) || (/^(23514|23502)$/.test(sqlstate) && table === undefined);
}

/**
 * Finds out what keeps the search from finding a row, and learns to do without: candidates that the types do not
 * read, and then the checks of columns that are stuck. `stuck` where that was known already; `none` where the
 * search finds a row.
 */
async function diagnosis(
  session: Session,
  unit: FillUnit,
  row: number,
  lessons: Lessons,
): Promise<'checks' | 'stuck' | 'none'> {
  const stuckBy = new Map<string, readonly string[]>();
  for (const table of unit) {
    const readable = await readableLessons(session, table, row, lessons.of(table));
    lessons.change(() => readable, [table]);
    const alone = unit.length === 1;
    // Rows that need each other cannot be looked for apart.
    const names = alone
      ? await stuckColumns(session, table, row, readable)
      : table.columns.map(({ name }) => name);
    stuckBy.set(table.oid, names);
  }
  const stuck = [...stuckBy.values()].flat();
  if (stuck.length === 0) return 'none';
  const known = unit.every((table) => {
    const { unchecked } = lessons.of(table);
    return (stuckBy.get(table.oid) ?? []).every((name) => unchecked.has(name));
  });
  if (known) return 'stuck';
  lessons.change((before, table) => uncheckedLessons(before, stuckBy.get(table.oid) ?? []));
  return 'checks';
}

/** A reason that no error of the server gives. */
async function whyNothing(session: Session, unit: FillUnit, learned: 'stuck' | 'none'): Promise<string> {
  if (learned === 'none') return 'a trigger or a rule of the table keeps the row out';
  for (const table of unit) {
    const parent = await emptyParentOf(session, table, unit);
    if (parent !== undefined) return `${parent}, which it refers to, has no rows`;
  }
  return 'no row was found that meets its unique keys and foreign keys';
}
