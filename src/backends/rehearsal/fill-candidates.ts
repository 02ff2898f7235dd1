import type { FillPool } from '../../core/fill/pool.ts';
import type { FillColumn, FillReference } from '../../core/fill/table.ts';
import { identifier, literal } from '../sql.ts';

/** So many rows of a parent come into question. */
const MOST_PARENTS = 32;

/** The cast to a column's type and collation, to stand behind a value. */
export function castSql({ typeSql, collation }: FillColumn): string {
  return `::${typeSql}${collation === undefined ? '' : ` collate ${collation}`}`;
}

/** A query of one column: texts as values of the column's type, those that its domain refuses left out. */
export function valuesSql(column: FillColumn, values: FillPool): string {
  const { type, expression } = column;
  const cast = castSql(column);
  const texts = `pg_catalog.unnest(array[${values.map((value) => literal(value)).join(', ')}]::pg_catalog.text[]) as u(v)`;
  if (type.kind === 'domain') {
    // A domain's own checks come before the cast, which would end the whole statement.
    const where = type.checks.map((check) => `(${check}) is not false`).join(' and ');
    return `select d.value${cast} from (select u.v::${type.baseSql} as value from ${texts} offset 0) as d${where === '' ? '' : ` where ${where}`}`;
  }
  const listed = `select u.v${cast} from ${texts}`;
  // The default itself comes last: a function may be the only one who knows a value that fits.
  return expression === undefined ? listed : `(${listed}) union all (select (${expression})${cast})`;
}

/** A query of one column: keys of a parent that a column may refer to, another one first for each `shift`, of at most so many rows. */
export function keysSql(
  column: FillColumn,
  reference: FillReference,
  { shift, most }: { readonly shift: number; readonly most: number },
): string {
  const key = identifier(reference.parentColumns[reference.columns.indexOf(column.name)] ?? '');
  const keys = reference.parentColumns.map(identifier);
  const whole = keys.map((name) => `${name} is not null`).join(' and ');
  const order = keys.join(', ');
  const first = `select ${order} from ${reference.parentSql} as parent where ${whole} order by ${order} limit ${String(Math.min(MOST_PARENTS, most))}`;
  const numbered = `select ${key} as c, pg_catalog.row_number() over (order by ${order}) - 1 as n, pg_catalog.count(*) over () as total from (${first}) as first`;
  const turned = `pg_catalog.mod(pg_catalog.mod(k.n - ${String(shift)}, k.total) + k.total, k.total)`;
  return `select k.c${castSql(column)} from (${numbered}) as k group by k.c order by pg_catalog.min(${turned})`;
}
