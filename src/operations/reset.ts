import { RefusedError } from '../core/errors.ts';
import type { TargetReport } from '../core/report.ts';
import type { Context } from './context.ts';
import { migrate } from './migrate.ts';
import { isProtected, withSession } from './open.ts';
import { withRunLock } from './run-lock.ts';

/** What `reset` is asked for. */
export interface ResetRequest {
  /** Drops the database with all its data and makes it anew, empty. */
  readonly recreate: () => Promise<void>;
  /** Asked before anything is dropped, with the number of tables and the name of the database. Throws RefusedError. */
  readonly consent: (facts: { readonly database: string; readonly tables: number }) => Promise<void>;
}

/** What `reset` says on a protected environment. */
export function refusedAsProtected(environment: string): RefusedError {
  return new RefusedError(`this database is "${environment}", which is protected: reset is refused`, {
    hint: 'reset is for development databases; nothing was dropped',
  });
}

/**
 * Drops a development database and builds it anew. Refused on a protected environment, whatever is
 * consented to. Throws RefusedError, ConnectionError, and what migrate throws.
 */
export async function reset(context: Context, request: ResetRequest): Promise<TargetReport> {
  const { tables, environment } = await withSession(context, 'look', async ({ session, state, target }) => {
    if (isProtected(context, target)) {
      throw refusedAsProtected(target.environment);
    }
    const counts = await context.tools.inspector.counts(session);
    return { tables: counts.tables, environment: state.environment };
  });
  await request.consent({ database: context.database.name, tables });
  // A run that is at work here ends before its database goes.
  await withSession({ ...context, emit: () => undefined }, 'work', ({ session }) =>
    withRunLock(context, session, () => Promise.resolve()),
  );
  await request.recreate();
  context.emit({ type: 'note', message: 'dropped and made anew' });
  const quiet: Context = {
    ...context,
    // What the database remembered of itself outlives it.
    environment: { ...context.environment, name: environment ?? context.environment.name },
    emit: (event) => (event.type === 'connected' ? undefined : context.emit(event)),
  };
  return migrate(quiet, {});
}
