import { afterEach, describe, expect, it } from 'vitest';
import { openServer } from '../../src/backends/server.ts';
import { migrate } from '../../src/operations/migrate.ts';
import { status } from '../../src/operations/status.ts';
import type { Context } from '../../src/operations/context.ts';
import { startPooler } from '../support/engine-pooler.ts';
import type { Dealing, Pooler } from '../support/engine-pooler.ts';
import { stages } from '../support/engine-stage.ts';

const newStage = stages();

const poolers: Pooler[] = [];
afterEach(async () => {
  for (const pooler of poolers.splice(0)) await pooler.close();
});

async function behind(
  mode: 'transaction' | 'session',
  dealing?: Dealing,
): Promise<{
  readonly context: Context & { readonly events: readonly unknown[] };
  readonly stage: Awaited<ReturnType<typeof newStage>>;
}> {
  const stage = await newStage();
  stage.migration('1-first', 'create table first (a int);', 'drop table first;');
  const pooler = await startPooler(stage.database.parameters, mode, dealing);
  poolers.push(pooler);
  return { context: { ...stage.context(), database: openServer(pooler.parameters) }, stage };
}

describe('a pooler in transaction mode', () => {
  it.each(['last', 'in turn'] as const)(
    'that deals its servers out %s is refused before harm',
    async (dealing) => {
      const { context, stage } = await behind('transaction', dealing);
      await expect(migrate(context, {})).rejects.toMatchObject({
        exitCode: 10,
        message: 'there is a connection pooler in transaction mode between lms-db and the server',
        hint: expect.stringContaining('--url') as string,
      });
      expect(await stage.database.sql(`select from pg_namespace where nspname = 'lms_db'`)).toEqual([]);
      expect(
        await stage.database.sql(
          `select from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`,
        ),
      ).toEqual([]);
      // Nothing was left in the sessions that other clients get next.
      const next = await context.database.connect('look');
      for (const server of ['first', 'second']) {
        const left = await next.query(
          `select name from pg_settings where source = 'session'
             and name in ('default_transaction_read_only', 'default_transaction_isolation', 'idle_session_timeout',
                          'client_connection_check_interval', 'lock_timeout', 'statement_timeout')`,
        );
        expect([server, left]).toEqual([server, []]);
      }
      await next.close();
    },
  );

  it('does not keep anybody from looking', async () => {
    const { context } = await behind('transaction');
    expect((await status(context, { check: true, long: false })).exitCode).toBe(3);
  });
});

describe('a pooler in session mode', () => {
  it('is noted, and the run goes on', async () => {
    const { context, stage } = await behind('session');
    const report = await migrate(context, {});
    expect(report).toMatchObject({ exitCode: 0, outcomes: [{ version: '1', status: 'done' }] });
    expect(context.events).toContainEqual({
      type: 'note',
      message: 'connected through a pooler in session mode',
    });
    expect(await stage.database.sql(`select to_regclass('first')::text as first`)).toEqual([
      { first: 'first' },
    ]);
  });
});
