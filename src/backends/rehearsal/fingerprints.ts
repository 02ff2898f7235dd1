import { ServerError } from '../../core/errors.ts';
import type { Session } from '../../core/ports.ts';
import type { Fingerprints, TableFingerprint } from '../../core/rehearsal-ports.ts';
import { ofExtension } from '../picture/fragments.ts';
import { identifier, literal } from '../sql.ts';

const SAVEPOINT = 'lms_db_fingerprints';

/**
 * Everything that changes how a value is written as text, and what could hide rows: a policy is an error. With
 * an empty search_path, names inside values (regclass) are qualified. Taken back with the savepoint.
 */
const SETTINGS = `set local search_path = '';
set local row_security = off;
set local datestyle = 'ISO, YMD';
set local intervalstyle = 'postgres';
set local timezone = 'UTC';
set local extra_float_digits = 3;
set local bytea_output = 'hex';
set local lc_monetary = 'C';
set local xmloption = 'content';
set local jit = off;
set local max_parallel_workers_per_gather = 0`;

interface RelationRow {
  readonly sql: string;
  /** To stand after FROM. */
  readonly source: string;
  readonly columns: readonly string[];
}

/**
 * Tables and materialized views with their columns by name. Of a partitioned table the root counts for all of
 * its rows: in which partition a row lies is a matter of the schema, and a partition that is detached and
 * attached again has lost none. Of tables that inherit, each counts for its own rows.
 */
const RELATIONS = `select pg_catalog.format('%I.%I', n.nspname, c.relname) as sql,
  case when c.relkind = 'r' then 'only ' else '' end || pg_catalog.format('%I.%I', n.nspname, c.relname) as source,
  coalesce((select pg_catalog.array_agg(a.attname::text order by a.attname collate "C") from pg_catalog.pg_attribute as a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '{}') as columns
from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where (c.relkind in ('r', 'p') and not c.relispartition or c.relkind = 'm' and c.relispopulated)
  and c.relpersistence <> 't' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and n.nspname <> all ($1::text[])
  and not ${ofExtension('pg_class', 'c.oid')}
order by 1`;

interface DigestRow {
  readonly sql: string;
  readonly rows: string;
  readonly digest: string;
  readonly columns: readonly string[];
}

/**
 * Reads the rows of all tables outside the system schemas and `leaveOut`: two questions, whatever the number of
 * tables. Works inside an open transaction, whose settings stay as they are, and outside any. Foreign tables and
 * views are left out. Throws ServerError where a policy would hide rows from this role.
 */
export async function readFingerprints(session: Session, leaveOut: readonly string[]): Promise<Fingerprints> {
  const opened = await open(session);
  try {
    const relations = await session.query<RelationRow>(RELATIONS, [[...leaveOut]]);
    if (relations.length === 0) return new Map();
    const rows = await session.query<DigestRow>(relations.map(digestSql).join('\nunion all\n'));
    const found = new Map(rows.map((row) => [row.sql, row]));
    return new Map(
      relations.flatMap((relation): readonly (readonly [string, TableFingerprint])[] => {
        const row = found.get(relation.sql);
        return row === undefined ? [] : [[relation.sql, fingerprintOf(relation, row)]];
      }),
    );
  } finally {
    if (!session.closed) {
      await session.script(
        opened === 'transaction'
          ? 'rollback'
          : `rollback to savepoint ${SAVEPOINT}; release savepoint ${SAVEPOINT}`,
      );
    }
  }
}

/** A savepoint in the transaction that is open; a transaction where there is none. */
async function open(session: Session): Promise<'savepoint' | 'transaction'> {
  try {
    await session.script(`savepoint ${SAVEPOINT};\n${SETTINGS}`);
    return 'savepoint';
  } catch (error) {
    // 25P01 no_active_sql_transaction
    if (!(error instanceof ServerError && error.facts.sqlstate === '25P01')) throw error;
    await session.script(`begin isolation level repeatable read, read only;\n${SETTINGS}`);
    return 'transaction';
  }
}

/**
 * The digests of one table. A sum of hashes does not depend on the order of the rows and, unlike an exclusive
 * or, notices a value that is there twice; collation "C", because hashes follow nondeterministic ones. NULL is
 * no summand, and nothing between the commas of a row; '' is something in both.
 */
function digestSql({ sql, source, columns }: RelationRow): string {
  const texts = columns.map((name) => `t.${identifier(name)}::text collate "C"`);
  const whole = `coalesce(${sumOfHashes(`row(${texts.join(', ')})::text`)}, '')`;
  const ofColumns = texts.map((text) => `coalesce(${sumOfHashes(text)}, '')`);
  return `select ${literal(sql)} as sql, pg_catalog.count(*) as rows, ${whole} as digest,
  array[${ofColumns.join(', ')}]::text[] as columns from ${source} as t`;
}

function sumOfHashes(text: string): string {
  return `pg_catalog.sum(pg_catalog.hashtextextended(${text}, 0))::text`;
}

function fingerprintOf({ columns }: RelationRow, row: DigestRow): TableFingerprint {
  return {
    rows: Number(row.rows),
    digest: row.digest,
    columns: new Map(columns.map((name, index) => [name, row.columns[index] ?? ''])),
  };
}
