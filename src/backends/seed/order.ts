import type { Session } from '../../core/ports.ts';
import { seedName } from '../../core/seed.ts';
import type { SeedFile } from '../../core/seed.ts';
import { orderThatWorks } from '../../core/seed-order.ts';
import type { LoadedTables } from '../../core/seed-order.ts';
import type { SeedOrder } from '../../core/seed-ports.ts';
import { kindOf } from '../../core/statement-kind.ts';
import { scannerOf, splitStatements } from '../../core/statements.ts';
import { TokenCursor } from '../../core/token-cursor.ts';
import type { QualifiedName } from '../../core/token-cursor.ts';
import { qualified } from '../sql.ts';

/** Reads the foreign keys, and looks which file fills which table. */
export const seedOrder: SeedOrder = {
  async advice(session, seed, seeds, constraint) {
    const [key] = await session.query<{ parent: string; child: string }>(
      `select k.confrelid::pg_catalog.regclass::text as parent, k.conrelid::pg_catalog.regclass::text as child
       from pg_catalog.pg_constraint as k
       join pg_catalog.pg_class as c on c.oid = k.conrelid join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
       where k.contype = 'f' and k.conname = $1 and c.relname = $2 and n.nspname = $3`,
      [constraint.name ?? '', constraint.table ?? '', constraint.schema ?? ''],
    );
    if (key === undefined || key.parent === key.child) return undefined;
    const files = await tablesOf(session, seeds);
    const name = seedName(seed);
    const own = files.findIndex((file) => file.name === name);
    const source = files.findIndex((file) => file.tables.includes(key.parent));
    if (source === -1 || source < own) return undefined;
    const references = await session.query<{ parent: string; child: string }>(
      `select distinct confrelid::pg_catalog.regclass::text as parent, conrelid::pg_catalog.regclass::text as child
       from pg_catalog.pg_constraint where contype = 'f'`,
    );
    const order = orderThatWorks(files, references);
    const first = `rows of ${key.child} refer to ${key.parent}, which ${files[source]?.name ?? ''} fills later`;
    return order === undefined
      ? `${first}; the tables refer to each other in a circle, so no order of whole files works: load what closes the circle last, as an update in a .sql file`
      : `${first}; this order works: ${order.join(', ')}: give the files numbers that make it so`;
  },
};

async function tablesOf(session: Session, seeds: readonly SeedFile[]): Promise<readonly LoadedTables[]> {
  const written = seeds.map((seed) => ({ name: seedName(seed), tables: tablesIn(seed).map(qualified) }));
  const rows = await session.query<{ written: string; name: string | null }>(
    `select w as written, pg_catalog.to_regclass(w)::text as name from pg_catalog.unnest($1::text[]) as w`,
    [written.flatMap(({ tables }) => tables)],
  );
  const found = new Map(rows.map((row) => [row.written, row.name]));
  return written.map(({ name, tables }) => ({
    name,
    tables: tables.flatMap((table) => found.get(table) ?? []),
  }));
}

/** The tables that a file fills: of SQL, those behind INSERT INTO. What a program does is not known. */
function tablesIn(seed: SeedFile): readonly QualifiedName[] {
  if (seed.format === 'csv' || seed.format === 'ndjson') return [seed.table];
  if (seed.format !== 'sql') return [];
  const { text } = seed.script;
  return splitStatements(text).statements.flatMap((statement) => {
    if (kindOf(text, statement).verb !== 'INSERT') return [];
    const cursor = new TokenCursor(text, scannerOf(text, statement));
    const name = cursor.take('INSERT', 'INTO') ? cursor.name() : undefined;
    return name === undefined ? [] : [name];
  });
}
