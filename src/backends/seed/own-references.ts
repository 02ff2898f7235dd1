import type { PgSession } from '../session.ts';
import { identifier } from '../sql.ts';
import type { SeedTarget } from './table.ts';

/** A foreign key of a table into itself. */
export interface OwnReference {
  readonly name: string;
  readonly columns: readonly string[];
  readonly referenced: readonly string[];
}

/** Foreign keys of the table into itself. */
export async function ownReferences(
  session: PgSession,
  target: SeedTarget,
): Promise<readonly OwnReference[]> {
  return session.query<OwnReference>(
    `select k.conname as name, c.columns, c.referenced
     from pg_catalog.pg_constraint as k
     cross join lateral (
       select pg_catalog.array_agg(a.attname::text order by u.position) as columns,
         pg_catalog.array_agg(r.attname::text order by u.position) as referenced
       from rows from (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey)) with ordinality as u (attnum, refnum, position)
       join pg_catalog.pg_attribute as a on a.attrelid = k.conrelid and a.attnum = u.attnum
       join pg_catalog.pg_attribute as r on r.attrelid = k.conrelid and r.attnum = u.refnum
     ) as c
     where k.contype = 'f' and k.conrelid = k.confrelid and k.conrelid = pg_catalog.to_regclass($1)`,
    [target.sql],
  );
}

/**
 * Rows that refer to each other cannot be put into the table one by one. Of those that are left, the ones that
 * refer to no row of the table and to none of the others are bad; taking them out may leave others without a row
 * to refer to. What then remains is no fault.
 */
export async function settleCircles(
  session: PgSession,
  target: SeedTarget,
  references: readonly OwnReference[],
  tables: { readonly lines: string; readonly faults: string },
): Promise<void> {
  const conditions = references.flatMap((reference) => unmatched(target, reference, tables));
  if (conditions.length > 0) {
    for (;;) {
      const { tags } = await session.script(
        `update ${tables.faults} as f set postponed = false from ${tables.lines} as l
         where f.postponed and l.line = f.line and (${conditions.join(' or ')})`,
      );
      if (tags[0] === 'UPDATE 0') break;
    }
  }
  await session.script(`delete from ${tables.faults} where postponed`);
}

function unmatched(
  target: SeedTarget,
  { columns, referenced }: OwnReference,
  tables: { readonly lines: string; readonly faults: string },
): readonly string[] {
  const own = columns.map((name) => typed(target, name, 'l'));
  if (own.includes(undefined)) return [];
  const others = referenced.map((name) => typed(target, name, 'p'));
  const inTable = referenced.map((name, index) => `t.${identifier(name)} = ${own[index] ?? ''}`);
  const inFile = others.map((other, index) => `${other ?? 'null'} = ${own[index] ?? ''}`);
  return [
    `(${own.map((value) => `${value ?? ''} is not null`).join(' and ')}
      and not exists (select from ${target.sql} as t where ${inTable.join(' and ')})
      and not exists (
        select from ${tables.faults} as g join ${tables.lines} as p on p.line = g.line
        where g.postponed and ${others.includes(undefined) ? 'false' : inFile.join(' and ')}
      ))`,
  ];
}

/** The value of a column in a table of texts, or nothing where the file does not have it. */
function typed(target: SeedTarget, name: string, alias: string): string | undefined {
  const index = target.columns.findIndex((column) => column.name === name);
  return index === -1 ? undefined : `${alias}.c${index}::${target.columns[index]?.type ?? 'text'}`;
}
