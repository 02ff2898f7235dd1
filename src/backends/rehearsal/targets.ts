import { kindOf } from '../../core/statement-kind.ts';
import type { Reindex } from '../../core/statement-kind.ts';
import { scannerOf, splitStatements } from '../../core/statements.ts';
import { TokenCursor } from '../../core/token-cursor.ts';
import type { QualifiedName } from '../../core/token-cursor.ts';
import type { Session } from '../../core/ports.ts';
import { qualified } from '../sql.ts';

/** Where a statement that cannot run in a transaction block takes its locks, as SQL. */
export interface Targets {
  /**
   * `snapshot`: it waits at its end until the transactions of others are over (CREATE INDEX and REINDEX CONCURRENTLY
   * for those with a snapshot, DROP INDEX CONCURRENTLY for those with a lock on the table). `turns`: it locks and
   * leaves one table after the other. `indexes`: so it does, and locks their indexes more than the tables. `pass`:
   * the same, but it locks all tables before it begins with the first one. `detach`: the partitioned table, then the
   * partition.
   */
  readonly how: 'snapshot' | 'turns' | 'indexes' | 'pass' | 'detach';
  /** In the order in which it comes to them. */
  readonly tables: readonly Target[];
}

/** One table that it locks. */
export interface Target {
  /** Qualified and quoted. */
  readonly name: string;
  readonly kind: 'table' | 'materialized view';
}

const NONE: Targets = { how: 'turns', tables: [] };

/** Finds the tables that a statement will lock; none where it locks none, or the server will refuse it anyway. */
export async function targetsOf(session: Session, text: string): Promise<Targets> {
  const [statement] = splitStatements(text).statements;
  if (statement === undefined) return NONE;
  const { action, verb } = kindOf(text, statement);
  switch (action.kind) {
    case 'create-index':
      return { how: 'snapshot', tables: await tables(session, ITSELF, [action.table]) };
    case 'drop-index':
      return { how: 'snapshot', tables: await tables(session, TABLE_OF_INDEX, action.names) };
    case 'reindex':
      return reindexed(session, action);
    case 'detach-partition': {
      const found = await tables(session, ITSELF, [action.table, action.partition]);
      return found.length === 2 ? { how: 'detach', tables: found } : NONE;
    }
    default: {
      const cursor = new TokenCursor(text, scannerOf(text, statement));
      if (verb === 'VACUUM') return vacuumed(session, cursor);
      return verb === 'CLUSTER' ? clustered(session, cursor) : NONE;
    }
  }
}

async function reindexed(session: Session, { scope, name, concurrently }: Reindex): Promise<Targets> {
  if (scope === 'index' || scope === 'table') {
    if (name === undefined) return NONE;
    const partitioned = (await session.query(IS_PARTITIONED, [qualified(name)])).length > 0;
    const found = await tables(session, scope === 'index' ? TABLE_OF_INDEX : LEAVES, [name]);
    if (!partitioned) return { how: 'snapshot', tables: found };
    return { how: concurrently ? 'turns' : 'pass', tables: found };
  }
  if (scope === 'system') return NONE;
  const schema = scope === 'schema' ? (name?.name ?? null) : null;
  return { how: concurrently ? 'turns' : 'indexes', tables: await named(session, ALL_TABLES, [schema]) };
}

/** VACUUM [(option, …) | FULL FREEZE VERBOSE ANALYZE] [[ONLY] table [(column, …)], …] */
async function vacuumed(session: Session, cursor: TokenCursor): Promise<Targets> {
  cursor.skip();
  const option = cursor.options().get('skip_locked');
  // It would not stop at a lock but pass the table over.
  if (option !== undefined && !['false', 'off', '0'].includes(option)) return NONE;
  while (['FULL', 'FREEZE', 'VERBOSE', 'ANALYZE', 'ANALYSE'].some((word) => cursor.take(word)));
  const names: QualifiedName[] = [];
  do {
    cursor.take('ONLY');
    const name = cursor.name();
    if (name !== undefined) names.push(name);
    cursor.takeMark('*');
    cursor.options();
  } while (cursor.takeMark(','));
  const found =
    names.length === 0 ? await named(session, ALL_TABLES, [null]) : await tables(session, LEAVES, names);
  return { how: 'turns', tables: found };
}

/** CLUSTER [(option, …) | VERBOSE] [table [USING index]], or the older CLUSTER index ON table. */
async function clustered(session: Session, cursor: TokenCursor): Promise<Targets> {
  cursor.skip();
  if (cursor.options().size === 0) cursor.take('VERBOSE');
  const first = cursor.name();
  const name = first !== undefined && cursor.take('ON') ? cursor.name() : first;
  const found =
    name === undefined ? await named(session, CLUSTERED, []) : await tables(session, LEAVES, [name]);
  return { how: 'turns', tables: found };
}

function tables(session: Session, sql: string, names: readonly QualifiedName[]): Promise<readonly Target[]> {
  return named(session, sql, [names.map(qualified)]);
}

async function named(session: Session, sql: string, values: readonly unknown[]): Promise<readonly Target[]> {
  const rows = await session.query<{ schema: string; name: string; kind: string }>(sql, values);
  return rows.map(({ schema, name, kind }) => ({
    name: qualified({ schema, name }),
    kind: kind === 'm' ? 'materialized view' : 'table',
  }));
}

/** Names are looked up on the session of the statement, so with its search_path. */
const NAMED = `from pg_catalog.unnest($1::text[]) with ordinality as wanted (name, place)
  cross join lateral (select pg_catalog.to_regclass(wanted.name)::oid as oid) as found`;

const OF_TABLE = `select n.nspname::text as schema, t.relname::text as name, t.relkind::text as kind`;

const ITSELF = `${OF_TABLE} ${NAMED}
  join pg_catalog.pg_class as t on t.oid = found.oid and t.relkind in ('r', 'p', 'm')
  join pg_catalog.pg_namespace as n on n.oid = t.relnamespace order by wanted.place`;

/** A partitioned table stands for its leaves, in the order of find_all_inheritors (pg_inherits.c) as good as can be. */
const LEAVES = `${OF_TABLE} ${NAMED}
  cross join lateral (
    select l.relid::oid as oid, l.level from pg_catalog.pg_partition_tree(found.oid) as l where l.isleaf
    union select found.oid, 0
  ) as leaf
  join pg_catalog.pg_class as t on t.oid = leaf.oid and t.relkind in ('r', 'm')
  join pg_catalog.pg_namespace as n on n.oid = t.relnamespace
  order by wanted.place, leaf.level, t.oid`;

const TABLE_OF_INDEX = `${OF_TABLE} ${NAMED}
  cross join lateral (
    select l.relid::oid as oid, l.level from pg_catalog.pg_partition_tree(found.oid) as l where l.isleaf
    union select found.oid, 0
  ) as leaf
  join pg_catalog.pg_index as i on i.indexrelid = leaf.oid
  join pg_catalog.pg_class as t on t.oid = i.indrelid and t.relkind in ('r', 'm')
  join pg_catalog.pg_namespace as n on n.oid = t.relnamespace
  order by wanted.place, leaf.level, i.indexrelid`;

const IS_PARTITIONED = `select from pg_catalog.pg_class as c
  where c.oid = pg_catalog.to_regclass($1) and c.relkind in ('p', 'I')`;

/** In the order in which VACUUM and REINDEX come to them: that of the pages of pg_class (get_all_vacuum_rels, ReindexMultipleTables). */
const ALL_TABLES = `${OF_TABLE} from pg_catalog.pg_class as t
  join pg_catalog.pg_namespace as n on n.oid = t.relnamespace
  where t.relkind in ('r', 'm') and t.relpersistence <> 't' and ($1::text is null or n.nspname = $1)
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' order by t.ctid`;

/** CLUSTER reads pg_index from its first page to its last (get_tables_to_cluster). */
const CLUSTERED = `${OF_TABLE} from pg_catalog.pg_index as i
  join pg_catalog.pg_class as t on t.oid = i.indrelid
  join pg_catalog.pg_namespace as n on n.oid = t.relnamespace
  where i.indisclustered order by i.ctid`;
