import { ServerError } from '../../core/errors.ts';
import type { FillUnit } from '../../core/fill/order.ts';
import { isNeverNull, poolOf } from '../../core/fill/pool.ts';
import type { FillLessons } from '../../core/fill/pool.ts';
import { isOmitted } from '../../core/fill/table.ts';
import type { FillTable } from '../../core/fill/table.ts';
import type { Session } from '../../core/ports.ts';
import { groupSearches } from './fill-statement.ts';

/** The columns for which no candidates are found, or whose checks fail to be evaluated. */
export async function stuckColumns(
  session: Session,
  table: FillTable,
  row: number,
  lessons: FillLessons,
): Promise<readonly string[]> {
  const stuck: string[] = [];
  for (const { columns, sql } of groupSearches(table, row, lessons)) {
    const found = await answerOf<{ found: boolean }>(session, sql);
    if (found?.[0]?.found !== true) stuck.push(...columns);
  }
  return stuck;
}

/**
 * Asks the server which candidates the types read, and remembers the others. Only needed after an error; each
 * column at once, and its candidates one by one where some are refused.
 */
export async function readableLessons(
  session: Session,
  table: FillTable,
  row: number,
  lessons: FillLessons,
): Promise<FillLessons> {
  const unreadable = new Map(lessons.unreadable);
  for (const column of table.columns.filter((candidate) => !isOmitted(candidate))) {
    // A domain's own checks are evaluated before its cast; what is below it may be read or not.
    const typeSql = column.type.kind === 'domain' ? column.type.baseSql : column.typeSql;
    const values = poolOf(table, column, row, lessons).filter((value) => value !== undefined);
    if (await reads(session, typeSql, values)) continue;
    const refused: string[] = [];
    for (const value of values) if (!(await reads(session, typeSql, [value]))) refused.push(value);
    unreadable.set(column.name, new Set([...(unreadable.get(column.name) ?? []), ...refused]));
  }
  return { ...lessons, unreadable };
}

async function reads(session: Session, typeSql: string, values: readonly string[]): Promise<boolean> {
  const sql = `select u.v::${typeSql} from pg_catalog.unnest($1::text[]) as u(v)`;
  return (await answerOf(session, sql, [[...values]])) !== undefined;
}

/** A parent outside the unit without rows that a row of this table cannot do without. */
export async function emptyParentOf(
  session: Session,
  table: FillTable,
  unit: FillUnit,
): Promise<string | undefined> {
  for (const reference of table.references) {
    const needed = reference.columns.every((name) =>
      table.columns.some((column) => column.name === name && isNeverNull(column)),
    );
    if (!needed || unit.some(({ oid }) => oid === reference.parent)) continue;
    const [parent] = await session.query<{ found: boolean }>(
      `select exists (select from ${reference.parentSql}) as found`,
    );
    if (parent?.found === false) return reference.parentName.replace(/^public\./, '');
  }
  return undefined;
}

/** How many rows a table holds by now. */
export async function rowsIn(session: Session, { sql }: FillTable): Promise<number> {
  const [row] = await session.query<{ rows: number }>(
    `select pg_catalog.count(*)::integer as rows from ${sql}`,
  );
  return row?.rows ?? 0;
}

/** The rows; undefined where the server answers with an error, which leaves nothing behind. */
async function answerOf<Row extends object>(
  session: Session,
  sql: string,
  values?: readonly unknown[],
): Promise<readonly Row[] | undefined> {
  await session.script('savepoint lms_db_diagnosis');
  try {
    return await session.query<Row>(sql, values);
  } catch (error) {
    if (error instanceof ServerError) return undefined;
    throw error;
  } finally {
    if (!session.closed) {
      await session.script('rollback to savepoint lms_db_diagnosis; release savepoint lms_db_diagnosis');
    }
  }
}
