import { fillOrder } from '../../core/fill/order.ts';
import type { FillUnit } from '../../core/fill/order.ts';
import { isOptional } from '../../core/fill/table.ts';
import { ServerError } from '../../core/errors.ts';
import type { Filler } from '../../core/rehearsal-ports.ts';
import type { FilledTable } from '../../core/rehearsal.ts';
import type { Session } from '../../core/ports.ts';
import { emptyTables, readFillTables } from './fill-catalog.ts';
import { lateReferenceSql } from './fill-statement.ts';
import { fillUnit, OPEN_SAVEPOINT } from './fill-unit.ts';

/**
 * What holds in the transaction. Constraints are checked at once, so that an error comes with its row; policies
 * hide nothing (an owner who is held to them gets an error); what the candidates and the catalog print is read
 * alike everywhere; the planner keeps the joins in the order in which they are written, which is the order of
 * preference, and does not ponder it; a search that finds nothing soon is given up.
 */
const OPENING = `begin isolation level read committed, read write;
set constraints all immediate;
set local row_security = off;
set local datestyle = 'ISO, YMD';
set local intervalstyle = 'postgres';
set local timezone = 'UTC';
set local standard_conforming_strings = on;
set local join_collapse_limit = 1;
set local from_collapse_limit = 1;
set local jit = off;
set local max_parallel_workers_per_gather = 0;
set local statement_timeout = '3s'`;

/** So many rows of the parent are tried for a row that was inserted before there was one. */
const LATE_TRIES = 3;

/**
 * What was empty still after the last filling of a session: while nothing but these tables is empty, and they are
 * what they were, trying again would take long and give the same.
 */
const hopeless = new WeakMap<
  Session,
  { readonly tables: string; readonly outcome: readonly FilledTable[] }
>();

/** Fills tables from what the catalog says about them. */
export const filler: Filler = {
  async fill(session, { rows, leaveOut }) {
    const empty = rows > 0 ? await emptyTables(session, leaveOut) : [];
    if (empty.length === 0) return [];
    await session.script(OPENING);
    try {
      const filled = await fillAll(
        session,
        empty.map(({ oid }) => oid),
        rows,
      );
      await session.script('commit');
      return filled;
    } catch (error) {
      if (!session.closed) await session.script('rollback').catch(() => undefined);
      throw error;
    }
  },
};

async function fillAll(
  session: Session,
  oids: readonly string[],
  rows: number,
): Promise<readonly FilledTable[]> {
  // The rollback gives the search_path back: triggers and the functions of checks rely on the session's own.
  await session.script(`savepoint lms_db_catalog; set local search_path = ''`);
  const tables = await readFillTables(session, oids);
  await session.script(
    `rollback to savepoint lms_db_catalog; release savepoint lms_db_catalog; ${OPEN_SAVEPOINT}`,
  );
  const known = hopeless.get(session);
  if (known?.tables === JSON.stringify(tables)) return known.outcome;
  const filled: FilledTable[] = [];
  const units = fillOrder(tables);
  for (const unit of units) {
    const outcome = await fillUnit(session, unit, rows);
    filled.push(...unit.map((table) => ({ table: table.sql, ...outcome })));
  }
  const counts = new Map(filled.map(({ table, inserted }) => [table, inserted]));
  for (const unit of units) await fillLateReferences(session, unit, counts);
  if (filled.some(({ inserted }) => inserted > 0)) await refreshViews(session);
  const outcome = filled.filter(({ inserted }) => inserted === 0);
  const unfilled = new Set(outcome.map(({ table }) => table));
  hopeless.set(session, { tables: JSON.stringify(tables.filter(({ sql }) => unfilled.has(sql))), outcome });
  return filled;
}

/** References that were left null because the parent had no row yet; those that cannot be set stay null. */
async function fillLateReferences(
  session: Session,
  unit: FillUnit,
  counts: ReadonlyMap<string, number>,
): Promise<void> {
  for (const table of unit) {
    const inserted = counts.get(table.sql) ?? 0;
    for (const reference of table.references) {
      const least = reference.parent === table.oid ? 2 : 1;
      if (inserted < least || !isOptional(table, reference)) continue;
      for (let attempt = 0; attempt < LATE_TRIES; attempt += 1) {
        if (await succeeds(session, lateReferenceSql(table, reference, attempt))) break;
      }
    }
  }
}

/** Materialized views that hold rows of before would change at the next REFRESH, whoever asks for it. */
async function refreshViews(session: Session): Promise<void> {
  const views = await session.query<{ sql: string }>(
    `select pg_catalog.format('%I.%I', n.nspname, c.relname) as sql
     from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
     where c.relkind = 'm' and c.relispopulated order by c.oid`,
  );
  for (const { sql } of views) await succeeds(session, `refresh materialized view ${sql}`);
}

async function succeeds(session: Session, statement: string): Promise<boolean> {
  try {
    await session.script(`savepoint lms_db_late; ${statement}; release savepoint lms_db_late`);
    return true;
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    await session.script('rollback to savepoint lms_db_late; release savepoint lms_db_late');
    return false;
  }
}
