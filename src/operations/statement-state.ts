import type { IndexState } from '../core/ports.ts';
import type { Step } from '../core/plan.ts';
import type { CreateIndex, DetachPartition, StatementKind } from '../core/statement-kind.ts';
import type { Execution } from './execution.ts';
import { send } from './send.ts';

/** The catalog says that a statement did not do, or cannot be known to have done, what it should. */
export class StatementStateError extends Error {
  readonly next: string;

  constructor(message: string, next: string) {
    super(message);
    this.name = 'StatementStateError';
    this.next = next;
  }
}

/**
 * Looks, before a statement that cannot run in a transaction, at what an earlier run of it left:
 * `run` it, or `settled` when the catalog shows that it has happened. Sweeps away the invalid index of a
 * failed concurrent build. `interrupted` means that a run started this statement and never recorded its end.
 * Throws StatementStateError where nothing can tell.
 */
export async function reconcileStatement(
  kind: StatementKind,
  interrupted: boolean,
  step: Step,
  execution: Execution,
): Promise<'run' | 'settled'> {
  const { action } = kind;
  switch (action.kind) {
    case 'create-index':
      return action.concurrently ? reconcileIndex(action, interrupted, step, execution) : 'run';
    case 'drop-index': {
      if (!interrupted) return 'run';
      for (const name of action.names) {
        if ((await execution.catalog.index(execution.session, name)) !== undefined) return 'run';
      }
      return 'settled';
    }
    case 'reindex': {
      if (action.concurrently && action.name !== undefined) {
        for (const leftover of await execution.catalog.reindexLeftovers(execution.session, action.name)) {
          const message = `index ${leftover.name} on ${leftover.table} is left of a REINDEX that failed; it is dropped`;
          execution.emit({ type: 'note', message });
          await sweep(leftover, step, execution);
        }
      }
      return 'run';
    }
    case 'detach-partition':
      return action.concurrently ? reconcileDetach(action, interrupted, step, execution) : 'run';
    case 'create-database':
    case 'create-tablespace':
    case 'create-subscription':
      return interrupted && (await existsAs(action.kind, action.name, execution)) ? 'settled' : 'run';
    case 'drop-database':
    case 'drop-tablespace':
    case 'drop-subscription':
      return interrupted && !(await existsAs(action.kind, action.name, execution)) ? 'settled' : 'run';
    case 'prepared': {
      const pending = await execution.catalog.exists(execution.session, 'prepared-transaction', action.gid);
      return interrupted && !pending ? 'settled' : 'run';
    }
    default:
      if (interrupted && kind.mayCommit) {
        if (execution.interrupted === undefined) throw unknowable(kind, step);
        return execution.interrupted === 'done' ? 'settled' : 'run';
      }
      // What is left, VACUUM, ALTER SYSTEM, REINDEX, CLUSTER and their like, does no harm twice.
      return 'run';
  }
}

/** Proves from the catalog that a statement did what it says; an invalid index is never a success. Throws StatementStateError. */
export async function proveStatement(kind: StatementKind, { session, catalog }: Execution): Promise<void> {
  const { action } = kind;
  if (action.kind === 'create-index' && action.concurrently && action.name !== undefined) {
    const index = await catalog.indexOn(session, action.table, action.name.name);
    if (index?.valid !== true) throw notValid(action.name.name);
  }
  if (action.kind === 'drop-index' && action.concurrently) {
    for (const name of action.names) {
      if ((await catalog.index(session, name)) !== undefined) {
        throw new StatementStateError(
          `index ${name.name} is still there`,
          'run the command again: it drops it again',
        );
      }
    }
  }
  if (action.kind === 'reindex' && action.name !== undefined) {
    const [invalid] = await catalog.invalidAfterReindex(session, action.name);
    if (invalid !== undefined) {
      throw new StatementStateError(
        `index ${invalid.name} on ${invalid.table} is still not valid`,
        `REINDEX TABLE CONCURRENTLY leaves invalid indexes as they are: drop it, or rebuild it with REINDEX INDEX CONCURRENTLY ${invalid.name}`,
      );
    }
  }
}

/** The invalid index that a failed statement left behind, in words; empty for none. */
export async function leftoverOf(kind: StatementKind, { session, catalog }: Execution): Promise<string> {
  const { action } = kind;
  if (session.closed) return '';
  if (action.kind === 'create-index' && action.concurrently && action.name !== undefined) {
    const index = await catalog.indexOn(session, action.table, action.name.name);
    if (index?.valid !== false) return '';
    const meanwhile = action.unique ? ' Until then it may refuse duplicates already.' : '';
    return ` It left index ${index.name} on ${index.table} invalid: the next run drops it and builds it anew.${meanwhile}`;
  }
  if (action.kind === 'reindex' && action.concurrently && action.name !== undefined) {
    const leftovers = await catalog.reindexLeftovers(session, action.name);
    const names = leftovers.map((index) => index.name).join(', ');
    return names === '' ? '' : ` It left ${names}: the next run drops that.`;
  }
  return '';
}

async function reconcileIndex(
  action: CreateIndex,
  interrupted: boolean,
  step: Step,
  execution: Execution,
): Promise<'run' | 'settled'> {
  const { session, catalog, emit } = execution;
  const { table } = action;
  if (action.name === undefined) {
    throw new StatementStateError(
      'an index that is built concurrently needs a name: without one an interrupted build cannot be recognised',
      'give the index a name: CREATE INDEX CONCURRENTLY name ON …',
    );
  }
  const { name } = action.name;
  const index = await catalog.indexOn(session, table, name);
  if (index === undefined) return 'run';
  if (index.valid) return interrupted ? 'settled' : 'run';
  if (index.builtBy !== undefined) await builderGone(index.builtBy, action, execution);
  const now = await catalog.indexOn(session, table, name);
  if (now === undefined) return 'run';
  if (now.valid) return interrupted ? 'settled' : 'run';
  emit({
    type: 'note',
    message: `index ${now.name} on ${now.table} is invalid: a build of it failed; it is dropped and built again`,
  });
  await sweep(now, step, execution);
  return 'run';
}

/** Somebody else builds it at this moment. */
async function builderGone(pid: number, action: CreateIndex, execution: Execution): Promise<void> {
  const { session, catalog, clock, settings, signal, emit } = execution;
  const name = action.name?.name ?? '';
  emit({ type: 'note', message: `pid ${pid} is building index ${name}; waiting for it` });
  const start = clock.elapsed();
  while ((await catalog.indexOn(session, action.table, name))?.builtBy !== undefined) {
    const impatient = settings.lockWait !== 0 && clock.elapsed() - start > settings.lockWait;
    if (signal.aborted || impatient) {
      throw new StatementStateError(
        `pid ${pid} is still building index ${name}`,
        'wait for it to end, or end it with pg_terminate_backend, and run the command again',
      );
    }
    await clock.sleep(200, signal).catch(() => undefined);
  }
}

/** What a DETACH that was cut short left pending, only FINALIZE can complete. */
async function reconcileDetach(
  action: DetachPartition,
  interrupted: boolean,
  step: Step,
  execution: Execution,
): Promise<'run' | 'settled'> {
  const { session, catalog } = execution;
  const state = await catalog.partition(session, action.table, action.partition);
  if (state === 'detached') return interrupted ? 'settled' : 'run';
  if (state === 'attached') return 'run';
  await send(step, catalog.finalizeDetachSql(action.table, action.partition), execution);
  return 'settled';
}

async function sweep(index: IndexState, step: Step, execution: Execution): Promise<void> {
  await execution.session.script(`set lock_timeout = 0`);
  await send(step, execution.catalog.dropIndexSql(index), execution);
}

async function existsAs(
  kind: `${'create' | 'drop'}-${'database' | 'tablespace' | 'subscription'}`,
  name: string,
  { session, catalog }: Execution,
): Promise<boolean> {
  const [, object] = kind.split('-');
  return catalog.exists(
    session,
    object === 'tablespace' || object === 'subscription' ? object : 'database',
    name,
  );
}

function notValid(name: string): StatementStateError {
  return new StatementStateError(
    `index ${name} is not valid after it was built`,
    'run the command again: it drops the index and builds it anew',
  );
}

function unknowable(kind: StatementKind, step: Step): StatementStateError {
  return new StatementStateError(
    `a run was interrupted while this ${kind.verb} was at work, and nothing can tell how far it came`,
    `look at what it does; if it may run again, or has happened, say so with \`lms-db ${step.direction} --interrupted rerun\` or \`--interrupted done\``,
  );
}
