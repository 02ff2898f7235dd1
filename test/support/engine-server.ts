// Gates on the server: places where a run stops until the test lets it through, and ways to see where it is.
import type pg from 'pg';
import type { PrivateDatabase } from './database.ts';

/** First half of the advisory lock of every gate. */
const GATES = 4242;

/** Looks again and again until something holds; the error says what never came. */
export async function until(
  holds: () => Promise<boolean> | boolean,
  what: string,
  milliseconds = 20_000,
): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

/** SQL that makes gate.pass(key): it waits while the test keeps that gate shut. */
export const GATE_SQL = `
  create schema gate;
  create function gate.pass(in_key int) returns int language plpgsql set search_path = '' as $body$
  begin
    perform pg_catalog.pg_advisory_xact_lock_shared(${GATES}, in_key);
    return in_key;
  end $body$;
  create function gate.on_row() returns trigger language plpgsql set search_path = '' as $body$
  begin
    perform gate.pass(tg_argv[0]::int);
    return coalesce(new, old);
  end $body$;
  create function gate.at_commit() returns trigger language plpgsql set search_path = '' as $body$
  begin
    set constraints lms_db.at_commit deferred;
    return null;
  end $body$;
  create function gate.on_statement() returns trigger language plpgsql set search_path = '' as $body$
  begin
    perform gate.pass(100 + 10 * new.ordinal + (new.state = 'done')::int);
    return new;
  end $body$;`;

/** Gates in the history: the keys of HISTORY_GATES. Needs the history schema. */
export const HISTORY_GATE_SQL = `
  create trigger gate before insert or delete on lms_db.migrations for each row execute function gate.on_row(30);
  create trigger gate before insert on lms_db.events for each row execute function gate.on_row(31);
  create trigger defer before insert or delete on lms_db.migrations for each statement execute function gate.at_commit();
  create constraint trigger at_commit after insert or delete on lms_db.migrations
    deferrable initially deferred for each row execute function gate.on_row(32);
  create trigger gate before insert on lms_db.statements for each row execute function gate.on_statement();`;

/** The keys of the gates in the history. */
export const HISTORY_GATES = {
  row: 30,
  event: 31,
  commit: 32,
  /** Before the record that a statement is started. */
  started: (ordinal: number) => 100 + 10 * ordinal,
  /** Before the record that a statement is done. */
  done: (ordinal: number) => 101 + 10 * ordinal,
} as const;

/** A gate that the test keeps shut. */
export interface Gate {
  /** Resolves with the pid of a backend that waits at it. */
  readonly reached: () => Promise<number>;
  readonly open: () => Promise<void>;
}

/** Shuts a gate. */
export async function shut(database: PrivateDatabase, key: number): Promise<Gate> {
  const client = await database.client();
  await client.query('select pg_advisory_lock($1, $2)', [GATES, key]);
  return {
    reached: () =>
      waiter(
        client,
        `locktype = 'advisory' and classid = ${GATES} and objid = ${key} and objsubid = 2`,
        `a run reaches gate ${key}`,
      ),
    open: async () => {
      await client.query('select pg_advisory_unlock($1, $2)', [GATES, key]);
    },
  };
}

/** The pid of a backend that waits for a lock of this kind in the client's database. */
export async function waiter(client: pg.Client, condition: string, what: string): Promise<number> {
  let pid: number | undefined;
  await until(async () => {
    const { rows } = await client.query<{ pid: number }>(
      `select l.pid from pg_locks as l join pg_stat_activity as a using (pid)
       where not granted and a.datname = current_database() and ${condition} limit 1`,
    );
    pid = rows[0]?.pid;
    return pid !== undefined;
  }, what);
  return pid ?? 0;
}

/** Backends of lms-db in the private database. */
export async function backends(database: PrivateDatabase, application = 'lms-db%'): Promise<number[]> {
  const rows = await database.sql<{ pid: number }>(
    `select pid from pg_stat_activity where datname = current_database() and application_name like $1`,
    [application],
  );
  return rows.map((row) => row.pid);
}

/** Waits until nothing of lms-db is left on the server. */
export function quiet(database: PrivateDatabase): Promise<void> {
  return until(async () => (await backends(database)).length === 0, 'no backend of lms-db is left');
}

/** How often each migration was applied and rolled back, by the event log. */
export async function eventCounts(database: PrivateDatabase): Promise<Record<string, number>> {
  const rows = await database.sql<{ what: string; count: number }>(
    `select kind || ' ' || version as what, count(*)::int as count from lms_db.events
     where kind in ('applied', 'rolled-back') group by 1 order by 1`,
  );
  return Object.fromEntries(rows.map((row) => [row.what, row.count]));
}

/** Versions in the history, in applied order. */
export async function appliedVersions(database: PrivateDatabase): Promise<string[]> {
  const rows = await database.sql<{ version: string }>(
    'select version from lms_db.migrations order by applied_order',
  );
  return rows.map((row) => row.version);
}
