import type { Loss } from '../core/data-loss.ts';
import { ServerError } from '../core/errors.ts';
import type { Inspector, Session } from '../core/ports.ts';
import type { QualifiedName } from '../core/token-cursor.ts';
import { HISTORY_TABLES } from './history-schema.ts';
import { identifier, qualified } from './sql.ts';

/** Looks at the schema and its rows; `historySchema` is left out of every count. */
export function createInspector(historySchema: string): Inspector {
  return {
    async counts(session) {
      const [row] = await session.query<{ tables: number; enums: number; indexes: number }>(
        `with own as (
           select n.oid from pg_catalog.pg_namespace as n
           where n.nspname <> $1 and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
         )
         select
           (select count(*) from pg_catalog.pg_class as c join own on own.oid = c.relnamespace
            where c.relkind in ('r', 'p'))::int as tables,
           (select count(*) from pg_catalog.pg_type as t join own on own.oid = t.typnamespace
            where t.typtype = 'e')::int as enums,
           (select count(*) from pg_catalog.pg_class as c join own on own.oid = c.relnamespace
            where c.relkind in ('i', 'I'))::int as indexes`,
        [historySchema],
      );
      return row ?? { tables: 0, enums: 0, indexes: 0 };
    },

    async countLosses(session, losses, timeout) {
      const counts: (number | undefined)[] = [];
      const empty = await emptyTables(session, losses, timeout);
      for (const [index, loss] of losses.entries()) {
        const nothing = empty.has(index) || isBookkeeping(loss, historySchema);
        counts.push(nothing ? 0 : await countLoss(session, loss, timeout));
      }
      return counts;
    },
  };
}

/**
 * What migrations write down in the tool's own schema for their rollbacks is no data of the user: a rollback that has
 * used it takes it along. The tables of the history are not among it, nor the schema as a whole.
 */
function isBookkeeping(loss: Loss, historySchema: string): boolean {
  return (
    loss.kind !== 'schema' && loss.table.schema === historySchema && !HISTORY_TABLES.includes(loss.table.name)
  );
}

/** Tables that are looked at in one question. */
const LOOK_AT = 250;

interface FoundTable {
  readonly name: string | null;
  readonly kind: string | null;
  /** True for a table that takes no room on disk: it has no row, and no other transaction is writing one. */
  readonly bare: boolean | null;
}

/**
 * Indexes of the losses whose table has no row, or is not there. Most tables of a database that is rolled back
 * whole are empty, and to see that takes no counting. Where a question fails, its tables are left to be counted
 * one by one.
 */
async function emptyTables(
  session: Session,
  losses: readonly Loss[],
  timeout: number,
): Promise<ReadonlySet<number>> {
  const named = losses.flatMap((loss, index) =>
    loss.kind === 'schema' ? [] : [{ index, name: qualified(loss.table) }],
  );
  const empty = new Set<number>();
  for (let start = 0; start < named.length; start += LOOK_AT) {
    const some = named.slice(start, start + LOOK_AT);
    try {
      await session.script(`begin read only; set local statement_timeout = '${timeout}ms'`);
      const found = await session.query<FoundTable>(
        `select c.oid::pg_catalog.regclass::text as name, c.relkind as kind,
           case when c.relkind = 'r' then pg_catalog.pg_relation_size(c.oid) = 0 end as bare
         from pg_catalog.unnest($1::text[]) with ordinality as wanted (name, place)
         left join pg_catalog.pg_class as c on c.oid = pg_catalog.to_regclass(wanted.name) order by place`,
        [some.map(({ name }) => name)],
      );
      const probed = some.flatMap(({ index }, place) => {
        const { name, kind, bare } = found[place] ?? { name: null, kind: null, bare: null };
        if (name === null || bare === true) empty.add(index);
        return name !== null && bare !== true && (kind === 'r' || kind === 'p') ? [{ index, name }] : [];
      });
      if (probed.length === 0) continue;
      const [row] = await session.query<Readonly<Record<string, boolean>>>(
        `select ${probed.map(({ index, name }) => `exists (select from ${name}) as "${index}"`).join(', ')}`,
      );
      for (const { index } of probed) if (row?.[index] === false) empty.add(index);
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
    } finally {
      if (!session.closed) await session.script('rollback');
    }
  }
  return empty;
}

/** Exact where it can be had in time; the planner's estimate where not; undefined where nothing is known. */
async function countLoss(session: Session, loss: Loss, timeout: number): Promise<number | undefined> {
  if (loss.kind === 'schema') {
    const rows = await session.query<{ schema: string; name: string }>(
      `select n.nspname as schema, c.relname as name from pg_catalog.pg_class as c
       join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
       where n.nspname = $1 and c.relkind in ('r', 'p')`,
      [loss.schema],
    );
    let sum = 0;
    for (const table of rows) sum += (await countLoss(session, { kind: 'table', table }, timeout)) ?? 0;
    return sum;
  }
  const [table] = await session.query<{ name: string | null; estimate: number | null }>(
    `select c.oid::pg_catalog.regclass::text as name, greatest(c.reltuples, 0)::float8 as estimate
     from (select pg_catalog.to_regclass($1) as oid) as found left join pg_catalog.pg_class as c on c.oid = found.oid`,
    [qualified(loss.table)],
  );
  // The table may be made by a later step of the same run, or be gone already.
  if (table === undefined || table.name === null) return 0;
  const filter = loss.kind === 'column' ? await columnFilter(session, loss.table, loss.column) : undefined;
  if (loss.kind === 'column' && filter === undefined) return 0;
  const where = filter === undefined ? '' : ` where ${filter}`;
  try {
    await session.script(`begin read only; set local statement_timeout = '${timeout}ms'`);
    const [row] = await session.query<{ count: string }>(
      `select count(*) as count from ${table.name}${where}`,
    );
    return Number(row?.count ?? '0');
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    const { sqlstate } = error.facts;
    // 42P01 undefined_table, 42703 undefined_column: a run that was killed a moment ago still rolled it back.
    if (['42P01', '42703'].includes(sqlstate)) return 0;
    // 57014 query_canceled (the timeout), 55P03 lock_not_available, 42501 insufficient_privilege
    if (['57014', '55P03', '42501'].includes(sqlstate)) {
      return filter === undefined && table.estimate !== null ? table.estimate : undefined;
    }
    throw error;
  } finally {
    if (!session.closed) await session.script('rollback');
  }
}

/** Which values of a column are somebody's: not null, and not the default where that is a constant. */
async function columnFilter(
  session: Session,
  table: QualifiedName,
  column: string,
): Promise<string | undefined> {
  const [row] = await session.query<{ default: string | null; generated: string }>(
    `select pg_catalog.pg_get_expr(d.adbin, d.adrelid) as default, a.attgenerated as generated
     from pg_catalog.pg_attribute as a
     left join pg_catalog.pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
     where a.attrelid = pg_catalog.to_regclass($1) and a.attname = $2 and not a.attisdropped`,
    [qualified(table), column],
  );
  // A generated column can be computed again.
  if (row === undefined || row.generated !== '') return undefined;
  const name = identifier(column);
  const constant =
    row.default !== null && /^('(?:[^']|'')*'|-?[\d.]+|true|false)(::[\w\s."[\]()]+)?$/.test(row.default);
  return constant ? `${name} is distinct from ${row.default}` : `${name} is not null`;
}
