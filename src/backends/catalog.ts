import type { Catalog, IndexState, Session } from '../core/ports.ts';
import type { QualifiedName } from '../core/token-cursor.ts';
import { identifier, qualified } from './sql.ts';

const INDEX_COLUMNS = `n.nspname as schema, c.relname as name, i.indrelid::pg_catalog.regclass::text as "table",
  i.indisvalid as valid,
  (select p.pid from pg_catalog.pg_stat_progress_create_index as p where p.index_relid = c.oid limit 1) as "builtBy"`;

const FROM_INDEX = `pg_catalog.pg_index as i join pg_catalog.pg_class as c on c.oid = i.indexrelid
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace`;

/** A failed REINDEX CONCURRENTLY leaves name_ccnew (or _ccnew1, …); one that failed late, name_ccold. */
const LEFTOVER = `not i.indisvalid and c.relname ~ '_cc(new|old)[0-9]*$'`;

interface IndexRow {
  readonly schema: string;
  readonly name: string;
  readonly table: string;
  readonly valid: boolean;
  readonly builtBy: number | null;
}

/** What the catalog knows about the things that statements without a transaction leave behind. */
export const catalog: Catalog = {
  async index(session, name) {
    const [row] = await session.query<IndexRow>(
      `select ${INDEX_COLUMNS} from ${FROM_INDEX} where c.oid = pg_catalog.to_regclass($1)`,
      [qualified(name)],
    );
    return row === undefined ? undefined : indexStateOf(row);
  },

  async indexOn(session, table, name) {
    const [row] = await session.query<IndexRow>(
      `select ${INDEX_COLUMNS} from ${FROM_INDEX}
       where i.indrelid = pg_catalog.to_regclass($1) and c.relname = $2`,
      [qualified(table), name],
    );
    return row === undefined ? undefined : indexStateOf(row);
  },

  reindexLeftovers: (session, name) =>
    indexesOf(
      session,
      name,
      `${LEFTOVER} and not exists (
         select from pg_catalog.pg_stat_progress_create_index as p where p.relid = i.indrelid)`,
    ),

  invalidAfterReindex: (session, name) =>
    // Of an index: itself. Of a table: every one.
    indexesOf(session, name, `not i.indisvalid and pg_catalog.to_regclass($1) in (c.oid, i.indrelid)`),

  async partition(session, table, partition) {
    const [row] = await session.query<{ pending: boolean }>(
      `select inhdetachpending as pending from pg_catalog.pg_inherits
       where inhparent = pg_catalog.to_regclass($1) and inhrelid = pg_catalog.to_regclass($2)`,
      [qualified(table), qualified(partition)],
    );
    if (row === undefined) return 'detached';
    return row.pending ? 'detaching' : 'attached';
  },

  async exists(session, kind, name) {
    const from = {
      database: 'pg_catalog.pg_database where datname = $1',
      tablespace: 'pg_catalog.pg_tablespace where spcname = $1',
      subscription: 'pg_catalog.pg_subscription where subname = $1',
      'prepared-transaction': 'pg_catalog.pg_prepared_xacts where gid = $1',
    }[kind];
    const [row] = await session.query<{ found: boolean }>(`select exists (select from ${from}) as found`, [
      name,
    ]);
    return row?.found === true;
  },

  dropIndexSql: (index) => `drop index concurrently ${identifier(index.schema)}.${identifier(index.name)}`,

  finalizeDetachSql: (table, partition) =>
    `alter table ${qualified(table)} detach partition ${qualified(partition)} finalize`,
};

async function indexesOf(
  session: Session,
  name: QualifiedName,
  where: string,
): Promise<readonly IndexState[]> {
  const rows = await session.query<IndexRow>(
    `select ${INDEX_COLUMNS} from ${FROM_INDEX}
     where ${where} and (c.oid = pg_catalog.to_regclass($1) or i.indrelid = coalesce(
       (select indrelid from pg_catalog.pg_index where indexrelid = pg_catalog.to_regclass($1)),
       pg_catalog.to_regclass($1)))
     order by c.relname`,
    [qualified(name)],
  );
  return rows.map(indexStateOf);
}

function indexStateOf(row: IndexRow): IndexState {
  return { ...row, builtBy: row.builtBy ?? undefined };
}
