import type { FillUnit } from '../../core/fill/order.ts';
import type { FillLessons } from '../../core/fill/pool.ts';
import { isOptional } from '../../core/fill/table.ts';
import type { FillReference, FillTable } from '../../core/fill/table.ts';
import { identifier } from '../sql.ts';
import { RowSource } from './fill-row.ts';

/**
 * One statement that finds a row for each table of a unit and inserts it; its tag is `SELECT 1` when all of
 * them are in. Foreign keys that are checked at the end of a statement let rows of one statement need each other.
 */
export function insertSql(unit: FillUnit, row: number, lessonsOf: (table: FillTable) => FillLessons): string {
  const pins = pinsOf(unit);
  const chosen: string[] = [];
  const rows: string[] = [];
  unit.forEach((table, index) => {
    const number = String(index);
    const pinned = pins.get(table.oid) ?? [];
    if (pinned.length > 0) {
      const source = new RowSource(table, row, lessonsOf(table), { unit, pins, pinned: false });
      chosen.push(`pin_${number} as materialized (${source.select(pinned)})`);
    }
    const { source, names } = rowOf(table, row, lessonsOf(table), unit, pins);
    if (names !== '') rows.push(`row_${number} as materialized (${source.select(source.names)})`);
    const values =
      names === ''
        ? 'default values'
        : `(${names}) overriding system value select ${names} from row_${number}`;
    rows.push(`done_${number} as (insert into ${table.sql} ${values} returning 1)`);
  });
  const done = unit.map((_, index) => `done_${String(index)}`).join(' cross join ');
  return `with ${[...chosen, ...rows].join(',\n')}\nselect from ${done}`;
}

function rowOf(
  table: FillTable,
  row: number,
  lessons: FillLessons,
  unit: FillUnit,
  pins: ReadonlyMap<string, readonly string[]>,
): { readonly source: RowSource; readonly names: string } {
  const source = new RowSource(table, row, lessons, { unit, pins, pinned: true });
  return { source, names: source.names.map(identifier).join(', ') };
}

/** For each group of columns of a table that gets its row alone, whether any combination of candidates meets all. */
export function groupSearches(
  table: FillTable,
  row: number,
  lessons: FillLessons,
): readonly { readonly columns: readonly string[]; readonly sql: string }[] {
  const source = new RowSource(table, row, lessons, { unit: [table], pins: pinsOf([table]), pinned: false });
  return source.groups.map((columns) => ({
    columns,
    sql: `select exists (${source.group(columns)}) as found`,
  }));
}

/** Columns by table that rows of the same statement refer to: their values have to be known before. */
function pinsOf(unit: FillUnit): ReadonlyMap<string, readonly string[]> {
  const pins = new Map<string, readonly string[]>();
  for (const table of unit) {
    for (const reference of table.references) {
      const parent = unit.find(({ oid }) => oid === reference.parent);
      // A row that can do without a parent of its own table is not made its own parent.
      if (parent === undefined || (parent === table && isOptional(table, reference))) continue;
      pins.set(parent.oid, [...new Set([...(pins.get(parent.oid) ?? []), ...reference.parentColumns])]);
    }
  }
  return pins;
}

/**
 * Lets a row that was inserted without a parent, because none was there, refer to one: the first row of the
 * table, or the last one where the parent is the table itself. A column of the reference that has a value keeps it.
 */
export function lateReferenceSql(table: FillTable, reference: FillReference, attempt: number): string {
  const keys = reference.parentColumns.map((name) => `parent.${identifier(name)}`);
  const columns = reference.columns.map((name) => `child.${identifier(name)}`);
  const fits = keys.map((key, index) => {
    const column = columns[index] ?? '';
    return `${key} is not null and (${column} is null or ${key} = ${column})`;
  });
  const order = keys.join(', ');
  const source = `select ${order} from ${reference.parentSql} as parent where ${fits.join(' and ')}
    order by ${order} offset ${String(attempt)} limit 1`;
  const place = reference.parent === table.oid ? 'tableoid desc, ctid desc' : 'tableoid, ctid';
  return `update ${table.sql} as child set (${reference.columns.map(identifier).join(', ')}) = (${source})
    where (child.tableoid, child.ctid) = (select tableoid, ctid from ${table.sql} order by ${place} limit 1)
      and (${columns.map((name) => `${name} is null`).join(' or ')}) and exists (${source})`;
}
