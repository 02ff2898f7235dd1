import type { BadRow, DataSeed } from '../../core/seed.ts';
import type { DataRecord } from '../../core/seed-csv.ts';
import type { SeedSource } from '../../core/seed-ports.ts';
import type { PgSession } from '../session.ts';
import { identifier, literal } from '../sql.ts';
import { copyLines, recordsOf } from './bytes.ts';
import { copyIn } from './copy-in.ts';
import { changeable, names, sameKey, stageSql } from './merge.ts';
import { ownReferences, settleCircles } from './own-references.ts';
import { targetOf } from './table.ts';
import type { SeedTarget } from './table.ts';

const LINES = 'pg_temp.lms_db_lines';
const TYPED = 'pg_temp.lms_db_typed';
const SEEN = 'pg_temp.lms_db_seen';
const FAULTS = 'pg_temp.lms_db_faults';

interface FaultRow {
  readonly line: string;
  readonly column: string | null;
  readonly sqlstate: string;
  readonly message: string;
  readonly detail: string | null;
}

/**
 * Finds the rows of a file that the table refuses, with the server's words for each: every row is put into the
 * table on its own, in a subtransaction. Slow beside COPY, and run only once a load has failed. The caller rolls
 * everything back.
 */
export async function badRows(
  session: PgSession,
  seed: DataSeed,
  source: SeedSource,
  options: { readonly limit: number; readonly signal: AbortSignal },
): Promise<readonly BadRow[]> {
  const target = await targetOf(session, seed);
  await session.script(tablesSql(target));
  const unread: BadRow[] = [];
  await copyIn(
    session,
    `copy ${LINES} from stdin with (format text, encoding 'UTF8')`,
    copyLines(readable(seed, target, source, unread, options.limit), true),
    options.signal,
  );
  await session.script(`set constraints all immediate; analyze ${LINES}`);
  const references = await ownReferences(session, target);
  const loop = loopSql(
    target,
    references.map(({ name }) => name),
    options.limit,
  );
  await session.script(loop.replace('/* which */', ''));
  // A row may refer to a row below it: those that a foreign key into the same table refused are tried again.
  for (let postponed = -1; ;) {
    const [row] = await session.query<{ count: number }>(
      `select count(*)::int as count from ${FAULTS} where postponed`,
    );
    const count = row?.count ?? 0;
    if (count === 0 || count === postponed) break;
    postponed = count;
    await session.script(
      `create temporary table lms_db_again on commit drop as
         with gone as (delete from ${FAULTS} where postponed returning line) select line from gone;
       ${loop.replace('/* which */', 'where l.line in (select a.line from pg_temp.lms_db_again as a)')}
       drop table pg_temp.lms_db_again`,
    );
  }
  await settleCircles(session, target, references, { lines: LINES, faults: FAULTS });
  const faults = await session.query<FaultRow>(
    `select line, at_column as column, sqlstate, message, detail from ${FAULTS} order by line limit $1`,
    [options.limit],
  );
  return [...unread, ...faults.map(badRowOf)].sort((a, b) => a.line - b.line).slice(0, options.limit);
}

function badRowOf(row: FaultRow): BadRow {
  return {
    line: Number(row.line),
    column: row.column ?? undefined,
    sqlstate: row.sqlstate,
    message: row.message,
    detail: row.detail ?? undefined,
  };
}

/** The rows that can be told apart at all; the others are bad already. */
async function* readable(
  seed: DataSeed,
  target: SeedTarget,
  source: SeedSource,
  unread: BadRow[],
  limit: number,
): AsyncGenerator<DataRecord> {
  const kinds = target.columns.map((column) => column.kind);
  for await (const record of recordsOf(seed, kinds, source.stream())) {
    if (record.fault === undefined) yield record;
    else if (unread.push({ line: record.line, ...record.fault }) >= limit) return;
  }
}

function tablesSql(target: SeedTarget): string {
  const texts = target.columns.map((_, index) => `c${index} text`).join(', ');
  return `create temporary table lms_db_lines (line int8, ${texts}) on commit drop;
    ${stageSql(target, TYPED)}
    create temporary table lms_db_seen on commit drop as select ${names(target.key)} from ${target.sql} with no data;
    create unique index on ${SEEN} (${names(target.key)});
    create temporary table lms_db_faults (
      line int8, at_column text, sqlstate text, message text, detail text, postponed boolean
    ) on commit drop;`;
}

/**
 * A plpgsql assignment converts as COPY does, and refuses what is too long, where a cast would cut it off
 * (manual, section 10.4).
 */
function loopSql(target: SeedTarget, postponable: readonly string[], limit: number): string {
  const assign = target.columns
    .map(({ name }, index) => `at_column := ${literal(name)}; v.${identifier(name)} := r.c${index};`)
    .join('\n      ');
  const columns = changeable(target);
  const insert = `insert into ${target.sql} (${names(target.columns)}) overriding system value values (${names(target.columns, 'v')});`;
  const set = columns.map(({ name }) => `${identifier(name)} = v.${identifier(name)}`).join(', ');
  const exists = `exists (select from ${target.sql} as t where ${sameKey(target, 't', 'v')})`;
  const put =
    columns.length === 0
      ? `if not ${exists} then ${insert} end if;`
      : `update ${target.sql} as t set ${set} where ${sameKey(target, 't', 'v')};
      if not found then ${insert} end if;`;
  const isPostponed =
    postponable.length === 0 ? 'false' : `con in (${postponable.map((name) => literal(name)).join(', ')})`;
  const body = `
#variable_conflict use_column
declare
  r record;
  v ${TYPED}%rowtype;
  at_column text; state text; message text; detail text; con text; tab text;
  bad int := 0;
begin
  for r in select l.* from ${LINES} as l /* which */ order by l.line loop
    begin
      ${assign}
      at_column := null;
      insert into ${SEEN} values (${names(target.key, 'v')});
      ${put}
    exception when others then
      get stacked diagnostics state = returned_sqlstate, message = message_text, detail = pg_exception_detail,
        con = constraint_name, tab = table_name;
      if state = '23505' and tab = 'lms_db_seen' then
        message := 'the key of this row stands in the file before';
        detail := nullif(pg_catalog.split_part(detail, ' already exists', 1), '');
      end if;
      if at_column is null then get stacked diagnostics at_column = column_name; end if;
      insert into ${FAULTS} values (r.line, nullif(at_column, ''), state, message, nullif(detail, ''),
        state = '23503' and ${isPostponed});
      if not (state = '23503' and ${isPostponed}) then bad := bad + 1; end if;
    end;
    exit when bad >= ${limit};
  end loop;
end`;
  return `do ${dollarQuoted(body)};`;
}

function dollarQuoted(body: string): string {
  let tag = '$lms$';
  for (let count = 1; body.includes(tag); count += 1) tag = `$lms${count}$`;
  return `${tag}${body}${tag}`;
}
