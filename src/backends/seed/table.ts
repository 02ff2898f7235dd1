import type { Session } from '../../core/ports.ts';
import type { DataSeed } from '../../core/seed.ts';
import type { ColumnKind } from '../../core/seed-copy-text.ts';
import { SeedFileError } from '../../core/seed-errors.ts';
import { tableText } from '../../core/seed-name.ts';
import { didYouMean } from '../../core/suggestion.ts';
import { identifier, qualified } from '../sql.ts';

/** A column of a table, as far as loading rows has to know it. */
export interface SeedColumn {
  readonly name: string;
  /** `character varying(20)`. */
  readonly type: string;
  readonly kind: ColumnKind;
  readonly notNull: boolean;
  readonly generated: boolean;
  /** GENERATED ALWAYS AS IDENTITY: can be inserted, with OVERRIDING SYSTEM VALUE, and never updated. */
  readonly identityAlways: boolean;
  /** The sequence that numbers it, as SQL; undefined without one. */
  readonly sequence: string | undefined;
}

/** The table that a file is for, and the columns of the file in the order of the file. */
export interface SeedTarget {
  /** As SQL, with its schema. */
  readonly sql: string;
  /** As messages name it. */
  readonly text: string;
  readonly relation: string;
  readonly columns: readonly SeedColumn[];
  readonly key: readonly SeedColumn[];
  /** Whether rows may be copied straight into it: COPY knows neither rules nor row security. */
  readonly copyable: boolean;
  /** Whether a column that the file leaves out counts up, so that the order of the rows shows. */
  readonly numbered: boolean;
}

interface TableRow {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly rules: boolean;
  readonly rls: boolean;
}

interface ColumnRow {
  readonly name: string;
  readonly type: string;
  readonly base: string;
  readonly category: string;
  readonly element: string;
  readonly notNull: boolean;
  readonly generated: string;
  readonly identity: string;
  readonly sequence: string | null;
}

interface KeyRow {
  readonly primary: boolean;
  readonly columns: readonly string[];
}

/** Finds the table of a file, its columns and its key. Throws SeedFileError, naming what would fit. */
export async function targetOf(session: Session, seed: DataSeed): Promise<SeedTarget> {
  const name = qualified(seed.table);
  const place = { file: seed.path, line: seed.skippedLines + 1, column: 1 };
  const [table] = await session.query<TableRow>(
    `select c.oid::int8::float8 as oid, n.nspname as schema, c.relname as name, c.relkind as kind, c.relhasrules as rules,
       pg_catalog.row_security_active(c.oid) as rls
     from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
     where c.oid = pg_catalog.to_regclass($1)`,
    [name],
  );
  if (table === undefined) throw await noTable(session, seed);
  if (table.kind !== 'r' && table.kind !== 'p') {
    throw new SeedFileError(`${tableText(seed.table)} is not a table`, {
      place,
      hint: 'rows are loaded into tables',
    });
  }
  const all = await columnsOf(session, table);
  const columns = seed.columns.map((written) => {
    const column = all.find((candidate) => candidate.name === written);
    if (column === undefined) {
      throw new SeedFileError(`table ${tableText(seed.table)} has no column "${written}"`, {
        place,
        hint: didYouMean(
          written,
          all.map((each) => each.name),
        ),
      });
    }
    if (column.generated) {
      throw new SeedFileError(`column "${written}" of ${tableText(seed.table)} is generated`, {
        place,
        hint: 'remove it from the file: the server computes it',
      });
    }
    return column;
  });
  const key = await keyOf(session, seed, table, columns);
  const left = all.filter((column) => !columns.includes(column));
  return {
    sql: qualified(table),
    text: `${table.schema}.${table.name}`,
    relation: table.name,
    columns,
    key,
    copyable: !table.rules && !table.rls,
    numbered: left.some((column) => column.sequence !== undefined),
  };
}

async function noTable(session: Session, seed: DataSeed): Promise<SeedFileError> {
  const rows = await session.query<{ name: string }>(
    `select case when pg_catalog.pg_table_is_visible(c.oid) then c.relname else n.nspname || '.' || c.relname end as name
     from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' order by 1`,
  );
  const known = rows.map((row) => row.name).filter((name) => !name.startsWith('lms_db.'));
  return new SeedFileError(`there is no table ${tableText(seed.table)}`, {
    place: { file: seed.path, line: 1, column: 1 },
    hint:
      known.length === 0
        ? 'apply the migrations first: `lms-db up`'
        : `${didYouMean(tableText(seed.table), known.slice(0, 60))}; a line \`# @table NAME\` at the top names another one`,
  });
}

async function columnsOf(session: Session, table: TableRow): Promise<readonly SeedColumn[]> {
  const rows = await session.query<ColumnRow>(
    `select a.attname as name, pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
       b.name as base, b.category, coalesce(e.typname, '') as element,
       a.attnotnull as "notNull", a.attgenerated as generated, a.attidentity as identity,
       pg_catalog.pg_get_serial_sequence($2, a.attname) as sequence
     from pg_catalog.pg_attribute as a
     cross join lateral (
       with recursive base (oid, kind, parent, name, category, element) as (
         select t.oid, t.typtype, t.typbasetype, t.typname, t.typcategory, t.typelem
         from pg_catalog.pg_type as t where t.oid = a.atttypid
         union all
         select t.oid, t.typtype, t.typbasetype, t.typname, t.typcategory, t.typelem
         from base join pg_catalog.pg_type as t on t.oid = base.parent where base.kind = 'd'
       ) select * from base where kind <> 'd'
     ) as b
     left join pg_catalog.pg_type as e on e.oid = b.element
     where a.attrelid = $1::int8::oid and a.attnum > 0 and not a.attisdropped
     order by a.attnum`,
    [table.oid, qualified(table)],
  );
  return rows.map((row): SeedColumn => ({
    name: row.name,
    type: row.type,
    kind: kindOf(row),
    notNull: row.notNull,
    generated: row.generated !== '',
    identityAlways: row.identity === 'a',
    sequence: row.sequence ?? undefined,
  }));
}

function kindOf({ base, category, element }: ColumnRow): ColumnKind {
  if (category === 'A') return element === 'json' || element === 'jsonb' ? 'json-array' : 'array';
  return base === 'json' || base === 'jsonb' ? 'json' : 'plain';
}

/** The key that the file names, else the primary key. It has to be unique in the table, and complete in the file. */
async function keyOf(
  session: Session,
  seed: DataSeed,
  table: TableRow,
  columns: readonly SeedColumn[],
): Promise<readonly SeedColumn[]> {
  const keys = await session.query<KeyRow>(
    `select i.indisprimary as primary, k.columns
     from pg_catalog.pg_index as i
     cross join lateral (
       select pg_catalog.array_agg(a.attname::text order by u.position) as columns
       from pg_catalog.unnest(i.indkey::int2[]) with ordinality as u (attnum, position)
       join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = u.attnum
       where u.position <= i.indnkeyatts
     ) as k
     where i.indrelid = $1::int8::oid and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
     order by i.indisprimary desc, i.indexrelid`,
    [table.oid],
  );
  const inFile = (key: KeyRow): boolean => key.columns.every((name) => seed.columns.includes(name));
  const wanted =
    seed.key === undefined
      ? keys.find((key) => key.primary)
      : keys.find(
          (key) =>
            key.columns.length === seed.key?.length && key.columns.every((name) => seed.key?.includes(name)),
        );
  if (wanted !== undefined && inFile(wanted)) {
    return columns.filter((column) => wanted.columns.includes(column.name));
  }
  const usable = keys.filter(inFile).map((key) => `# @key ${key.columns.map(keyName).join(', ')}`);
  const text = tableText(seed.table);
  const message =
    wanted !== undefined
      ? `the file has no column "${wanted.columns.find((name) => !seed.columns.includes(name)) ?? ''}" of the key of ${text}`
      : seed.key === undefined
        ? `table ${text} has no primary key`
        : `(${seed.key.join(', ')}) is not unique in ${text}`;
  throw new SeedFileError(message, {
    place: { file: seed.path, line: 1, column: 1 },
    hint:
      usable.length === 0
        ? 'a key tells a new row from a changed one: add the columns of a unique key to the file, or a unique index to the table'
        : `name a key that the file has in its first line: ${usable.join(' or ')}`,
  });
}

function keyName(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : identifier(name);
}
