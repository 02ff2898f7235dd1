import type { IndexState } from '../core/ports.ts';
import type { Step } from '../core/plan.ts';
import type { CreateIndex, DetachPartition, StatementKind } from '../core/statement-kind.ts';
import type { QualifiedName } from '../core/token-cursor.ts';
import type { Execution } from './execution.ts';

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
      return action.concurrently ? reconcileIndex(action, interrupted, execution) : 'run';
    case 'drop-index': {
      if (!interrupted) return 'run';
      const found = await Promise.all(
        action.names.map((name) => execution.catalog.index(execution.session, name)),
      );
      return found.every((index) => index === undefined) ? 'settled' : 'run';
    }
    case 'reindex': {
      if (action.concurrently && action.name !== undefined && interrupted) {
        for (const leftover of await execution.catalog.reindexLeftovers(execution.session, action.name)) {
          await sweep(leftover, execution);
        }
      }
      return 'run';
    }
    case 'detach-partition':
      return interrupted ? reconcileDetach(action, execution) : 'run';
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
    const index = await catalog.index(session, inSchemaOf(action.table, action.name));
    if (index?.valid !== true) throw notValid(index?.name ?? action.name.name);
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
    if (invalid !== undefined) throw notValid(invalid.name);
  }
}

async function reconcileIndex(
  action: CreateIndex,
  interrupted: boolean,
  execution: Execution,
): Promise<'run' | 'settled'> {
  const { session, catalog, emit } = execution;
  if (action.name === undefined) {
    throw new StatementStateError(
      'an index that is built concurrently needs a name: without one an interrupted build cannot be recognised',
      'give the index a name: CREATE INDEX CONCURRENTLY name ON …',
    );
  }
  const name = inSchemaOf(action.table, action.name);
  const index = await catalog.index(session, name);
  if (index === undefined) return 'run';
  if (index.valid) return interrupted ? 'settled' : 'run';
  if (index.builtBy !== undefined) await builderGone(index.builtBy, name, execution);
  const now = await catalog.index(session, name);
  if (now === undefined) return 'run';
  if (now.valid) return interrupted ? 'settled' : 'run';
  emit({
    type: 'note',
    message: `index ${now.name} on ${now.table} is invalid: a build of it failed; it is dropped and built again`,
  });
  await sweep(now, execution);
  return 'run';
}

/** The build of a run that was killed may still be at work for a moment. */
async function builderGone(pid: number, name: QualifiedName, execution: Execution): Promise<void> {
  const { session, catalog, clock, settings, signal, emit } = execution;
  emit({ type: 'note', message: `pid ${pid} still builds index ${name.name}; waiting for it` });
  const start = clock.elapsed();
  while ((await catalog.index(session, name))?.builtBy !== undefined) {
    if (signal.aborted || clock.elapsed() - start > settings.lockWait) {
      throw new StatementStateError(
        `pid ${pid} still builds index ${name.name}`,
        'wait for it to end, or end it with pg_terminate_backend, and run the command again',
      );
    }
    await clock.sleep(200, signal).catch(() => undefined);
  }
}

async function reconcileDetach(action: DetachPartition, execution: Execution): Promise<'run' | 'settled'> {
  const { session, catalog } = execution;
  const state = await catalog.partition(session, action.table, action.partition);
  if (state === 'detached') return 'settled';
  if (state === 'attached') return 'run';
  await session.script(catalog.finalizeDetachSql(action.table, action.partition));
  return 'settled';
}

async function sweep(index: IndexState, { session, catalog }: Execution): Promise<void> {
  await session.script(`set lock_timeout = 0`);
  await session.script(catalog.dropIndexSql(index));
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

/** The index lies in the schema of its table. */
function inSchemaOf(table: QualifiedName, index: QualifiedName): QualifiedName {
  return table.schema === undefined ? index : { schema: table.schema, name: index.name };
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
