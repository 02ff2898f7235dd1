import { RefusedError, ServerError } from '../core/errors.ts';
import type { Session } from '../core/ports.ts';
import { tooNew } from './history-read.ts';
import { HISTORY_VERSION, historyUpgrades } from './history-schema.ts';
import { identifier, literal } from './sql.ts';

/** Creates or upgrades the history schema. Throws RefusedError where this user may not, or the server takes no writes. */
export async function installHistory(session: Session, schema: string): Promise<void> {
  const s = identifier(schema);
  const upgrades = historyUpgrades(schema);
  // Two projects of one database have two run locks, so the schema has a lock of its own.
  try {
    await session.script(
      `begin isolation level read committed, read write; select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(${literal(`${schema}.schema`)}, 0));`,
    );
    const [existing] = await session.query<{ schema: boolean; settings: boolean }>(
      `select pg_catalog.to_regnamespace($1) is not null as schema, pg_catalog.to_regclass($2) is not null as settings`,
      [s, `${s}.settings`],
    );
    let version = 0;
    if (existing?.settings === true) {
      const [row] = await session.query<{ value: string }>(
        `select value from ${s}.settings where name = 'version'`,
      );
      version = Number(row?.value ?? '0');
      if (version > HISTORY_VERSION) throw tooNew(schema, version);
    }
    if (version < HISTORY_VERSION) {
      await session.script(
        // Not IF NOT EXISTS: that needs CREATE on the database even where an administrator made the schema.
        `${existing?.schema === true ? '' : createSchema(s)}
         ${upgrades.slice(version).join('\n')}
         insert into ${s}.settings (name, value) values ('version', ${literal(String(HISTORY_VERSION))})
         on conflict (name) do update set value = excluded.value;`,
      );
    }
    await session.script('commit');
  } catch (error) {
    if (!session.closed) await session.script('rollback');
    // 25006 read_only_sql_transaction
    if (error instanceof ServerError && error.facts.sqlstate === '25006') {
      throw new RefusedError(`this server takes no writes: ${error.facts.message}`, {
        hint: 'connect to the primary: a standby follows it; nothing was run',
        cause: error,
      });
    }
    if (error instanceof ServerError && error.facts.sqlstate === '42501') {
      throw new RefusedError(
        `this user may not create the history schema ${schema}: ${error.facts.message}`,
        {
          hint: `as an administrator: create schema ${s} authorization <user>`,
          cause: error,
        },
      );
    }
    throw error;
  }
}

function createSchema(s: string): string {
  return `create schema ${s};
         comment on schema ${s} is 'history of lms-db: what is applied, and what happened';`;
}
