import type { Session } from '../../core/ports.ts';
import type { SeedCounts } from '../../core/seed.ts';
import { RowsRefusedError } from '../../core/seed-errors.ts';
import { identifier, literal } from '../sql.ts';
import type { SeedColumn, SeedTarget } from './table.ts';

/** The temporary table that rows are staged in: columns and types of the file's columns, no constraint. */
export const STAGE = 'pg_temp.lms_db_stage';

/** Makes an empty temporary table with columns of the target; it goes with the transaction. */
export function stageSql(target: SeedTarget, name: string): string {
  return `create temporary table ${name.replace('pg_temp.', '')} on commit drop as
    select ${names(target.columns)} from ${target.sql} with no data;\n`;
}

/** Columns as SQL lists them, with an alias in front when one is given. */
export function names(columns: readonly SeedColumn[], alias?: string): string {
  const prefix = alias === undefined ? '' : `${alias}.`;
  return columns.map((column) => `${prefix}${identifier(column.name)}`).join(', ');
}

/** A NULL in a key equals a NULL: that is what a unique key with NULLS NOT DISTINCT means. */
export function sameKey(target: SeedTarget, left: string, right: string): string {
  return target.key
    .map(({ name, notNull }) => {
      const [a, b] = [`${left}.${identifier(name)}`, `${right}.${identifier(name)}`];
      return notNull ? `${a} = ${b}` : `(${a} = ${b} or (${a} is null and ${b} is null))`;
    })
    .join(' and ');
}

/** The columns that an update may change. */
export function changeable(target: SeedTarget): readonly SeedColumn[] {
  return target.columns.filter((column) => !target.key.includes(column) && !column.identityAlways);
}

/**
 * Brings the staged rows into the table: changed ones are updated, new ones inserted, the rest is left alone,
 * so that no trigger runs for it. Rows are compared by their bytes (manual, section 9.25.6, `*<>`): every type
 * has them, and 1.0 is a change of 1.00, which an equality operator would not see.
 */
export async function merge(session: Session, target: SeedTarget, staged: number): Promise<SeedCounts> {
  await session.query(`analyze ${STAGE}`);
  await refuseTwins(session, target);
  const columns = changeable(target);
  let updated = 0;
  if (columns.length > 0) {
    const { tags } = await session.script(
      `update ${target.sql} as t set ${columns.map(({ name }) => `${identifier(name)} = s.${identifier(name)}`).join(', ')}
       from ${STAGE} as s where ${sameKey(target, 't', 's')}
         and row(${names(columns, 't')})::record *<> row(${names(columns, 's')})::record`,
    );
    updated = countOf(tags[0]);
  }
  const { tags } = await session.script(
    `insert into ${target.sql} (${names(target.columns)}) overriding system value
     select ${names(target.columns, 's')} from ${STAGE} as s
     where not exists (select from ${target.sql} as t where ${sameKey(target, 't', 's')})
     ${target.numbered ? 'order by s.ctid' : ''}`,
  );
  const inserted = countOf(tags[0]);
  return { inserted, updated, unchanged: staged - inserted - updated };
}

/** Of two rows with one key, an update would take either. */
async function refuseTwins(session: Session, target: SeedTarget): Promise<void> {
  const [twin] = await session.query<Readonly<Record<string, string | null>>>(
    `select ${target.key.map(({ name }) => `${identifier(name)}::text`).join(', ')} from ${STAGE}
     group by ${names(target.key)} having count(*) > 1 limit 1`,
  );
  if (twin === undefined) return;
  const shown = target.key.map(({ name }) => twin[name] ?? 'null').join(', ');
  const message = `two rows have the key (${target.key.map(({ name }) => name).join(', ')}) = (${shown})`;
  throw new RowsRefusedError([{ line: 0, message }]);
}

/** The number at the end of `INSERT 0 5` or `UPDATE 5`. */
export function countOf(tag: string | undefined): number {
  return Number(/(\d+)$/.exec(tag ?? '')?.[1] ?? '0');
}

/**
 * Moves the sequences of columns that the file filled behind their greatest value, so that the next row of the
 * application gets a free number. Sequences know no transaction: after a rollback it is a gap, and no harm.
 */
export async function advanceSequences(session: Session, target: SeedTarget): Promise<void> {
  for (const { name, sequence } of target.columns) {
    if (sequence === undefined) continue;
    await session.query(
      `select pg_catalog.setval(${literal(sequence)}::pg_catalog.regclass, m.top)
       from (select max(${identifier(name)})::int8 as top from ${target.sql}) as m, ${sequence} as s
       where m.top > s.last_value or (m.top = s.last_value and not s.is_called)`,
    );
  }
}
