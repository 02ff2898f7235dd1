import { ServerError } from '../core/errors.ts';
import type { StatementRecord } from '../core/history.ts';
import type { Step } from '../core/plan.ts';
import { delayBeforeAttempt, lockTimeoutOfAttempt } from '../core/settings.ts';
import type { StatementKind } from '../core/statement-kind.ts';
import type { Execution } from './execution.ts';
import { isBlocked } from './failure.ts';
import { needsNoTransaction } from './file-statements.ts';
import type { FileStatement } from './file-statements.ts';
import { send } from './send.ts';
import { proveStatement, reconcileStatement } from './statement-state.ts';
import { unwatched, WatchedError } from './watch.ts';

/**
 * Runs one statement of a file without a transaction and records it. One that may run in a transaction
 * gets one together with its record: it happens exactly once. The others are recorded as started before
 * and as done after; `interrupted` means that a run left it started. Throws WatchedError,
 * StatementStateError.
 */
export async function runStatement(
  step: Step,
  statement: FileStatement,
  interrupted: boolean,
  execution: Execution,
): Promise<void> {
  const { history } = execution;
  const { version, direction } = step;
  const { ordinal, checksum, kind } = statement;
  const record = (state: StatementRecord['state']): string =>
    asConnected(step) + history.statementSql({ version, direction, ordinal, checksum, state });
  if (!needsNoTransaction(kind)) {
    await runAtOnce(step, statement, record('done'), execution);
    return;
  }
  const keep = (sql: string): Promise<unknown> => send(step, `begin read write; ${sql}commit;`, execution);
  const settled = await reconcileStatement(kind, interrupted, step, execution);
  if (settled === 'run') {
    await keep(record('started'));
    await configure(step, kind, execution);
    try {
      await send(step, statement.text, execution);
    } catch (thrown) {
      // The server said that it failed, so the next run need not guess. A procedure may have committed
      // some of its work before: there it stays unknown.
      if (unwatched(thrown).error instanceof ServerError && !kind.mayCommit) {
        const forget = asConnected(step) + history.forgetStatementsSql(version, direction, ordinal);
        await execution.session.script(`begin read write; ${forget}commit;`).catch(() => undefined);
      }
      throw thrown;
    }
  }
  await proveStatement(kind, execution);
  await keep(record('done'));
}

/** The history is written by the role that connected, whatever role the file has set for its own statements. */
export function asConnected(step: Step): string {
  return /\b(role|authorization)\b/i.test(step.script.text)
    ? 'set local session_authorization to default; set local role to default; '
    : '';
}

/** A statement and its record in one transaction, with the retry ladder of a transactional file. */
async function runAtOnce(
  step: Step,
  statement: FileStatement,
  record: string,
  execution: Execution,
): Promise<void> {
  const { session, settings, clock, signal, emit } = execution;
  const attempts = settings.lockAttempts;
  for (let attempt = 1; ; attempt += 1) {
    const limit = step.directives.lockTimeout ?? settings.lockTimeout;
    const lockTimeout = lockTimeoutOfAttempt(limit, attempt, attempts);
    const statementTimeout = step.directives.statementTimeout ?? settings.statementTimeout;
    const lead =
      'begin; ' +
      ownSetting(step, 'lock_timeout', 'set local', lockTimeout) +
      ownSetting(step, 'statement_timeout', 'set local', statementTimeout);
    try {
      await send(step, `${lead}${statement.text}\n; ${record}commit;`, execution, lockTimeout);
      return;
    } catch (thrown) {
      const { error, blockers } = unwatched(thrown);
      if (!session.closed) await session.script('rollback').catch(() => undefined);
      if (!isBlocked(error) || attempt >= attempts || signal.aborted) {
        throw new WatchedError(shifted(error, lead.length), blockers);
      }
      const delay = delayBeforeAttempt(attempt, clock.random());
      emit({ type: 'retrying', step, attempt: attempt + 1, attempts, delay, blockers });
      const slept = await clock.sleep(delay, signal).then(
        () => true,
        () => false,
      );
      if (!slept) throw thrown;
    }
  }
}

/** The same error with its offset counted from the statement. */
function shifted(error: unknown, by: number): unknown {
  if (!(error instanceof ServerError) || error.facts.offset === undefined) return error;
  return new ServerError({ ...error.facts, offset: error.facts.offset - by }, error.cause);
}

/**
 * CONCURRENTLY waits for every old snapshot of the database and blocks nobody while it does: a short
 * lock_timeout would only leave an invalid index behind.
 */
async function configure(step: Step, kind: StatementKind, execution: Execution): Promise<void> {
  const { session, settings } = execution;
  const patient = kind.nonTransactional !== undefined;
  const lockTimeout = step.directives.lockTimeout ?? (patient ? 0 : settings.lockTimeout);
  const statementTimeout = step.directives.statementTimeout ?? (patient ? 0 : settings.statementTimeout);
  const text =
    ownSetting(step, 'lock_timeout', 'set', lockTimeout) +
    ownSetting(step, 'statement_timeout', 'set', statementTimeout);
  if (text !== '') await session.script(text);
}

/** Nothing for a file that sets this itself: its own SET is what counts from there on. */
function ownSetting(
  step: Step,
  name: 'lock_timeout' | 'statement_timeout',
  set: 'set' | 'set local',
  milliseconds: number,
): string {
  return new RegExp(`\\bset(_config)?\\b[^;]*\\b${name}\\b`, 'i').test(step.script.text)
    ? ''
    : `${set} ${name} = '${milliseconds}ms'; `;
}
