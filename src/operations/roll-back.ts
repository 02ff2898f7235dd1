import { checksumOf, tokenChecksumOf } from '../core/checksum.ts';
import { lossesOf, nameText } from '../core/data-loss.ts';
import type { Loss } from '../core/data-loss.ts';
import { parseDirectives } from '../core/directives.ts';
import { FindingsError, RefusedError } from '../core/errors.ts';
import { EXIT, errorsOf } from '../core/finding.ts';
import type { HistoryState } from '../core/history.ts';
import { planDown, selectDown } from '../core/plan.ts';
import type { Plan } from '../core/plan.ts';
import type { Session } from '../core/ports.ts';
import { reportedError } from '../core/report.ts';
import type { DataLoss, Outcome, TargetReport } from '../core/report.ts';
import type { Target } from '../core/target.ts';
import type { Context } from './context.ts';
import { execute } from './execute.ts';
import { MOST_PLANS } from './execution.ts';
import { isProtected, requireEnvironment, withSession } from './open.ts';
import { withRunLock } from './run-lock.ts';

/** What `down` is asked for. */
export interface RollBackRequest {
  readonly count?: number | 'all' | undefined;
  readonly to?: string | undefined;
  readonly useFiles?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
  /** What became of a CALL or DO that was interrupted outside a transaction. */
  readonly interrupted?: 'rerun' | 'done' | undefined;
  /**
   * Asked before anything runs, with what would be destroyed. Resolves when the user consents; throws
   * RefusedError when not.
   */
  readonly consent: (question: Consent) => Promise<void>;
}

/** What the user has to agree to. */
export interface Consent {
  readonly target: Target;
  /** Name of the database on its server. */
  readonly database: string;
  readonly plan: Plan;
  /** Data that is really there; empty when nothing is lost. */
  readonly losses: readonly DataLoss[];
  /** A protected environment: the name of the database is to be typed. */
  readonly protected: boolean;
}

/** Milliseconds that counting one table or column may take. */
const COUNT_TIMEOUT = 5_000;

/**
 * Rolls back, newest applied first. Refuses before touching anything when a rollback in range is
 * missing or a migration irreversible. Throws FindingsError, RefusedError, LockNotObtainedError,
 * ConnectionError; what goes wrong later is in the report.
 */
export async function rollBack(context: Context, request: RollBackRequest): Promise<TargetReport> {
  const start = context.clock.elapsed();
  return withSession(context, 'work', async ({ session, state, target }) => {
    requireEnvironment(context, state);
    const plan = await checkedPlan(context, session, state, request);
    const bare = { target, plan, findings: plan.findings };
    const took = (): number => context.clock.elapsed() - start;
    if (plan.steps.length === 0) return { ...bare, outcomes: [], exitCode: EXIT.done, duration: took() };
    context.emit({ type: 'planned', plan });
    const losses = await countedLosses(context, session, plan);
    if (request.dryRun === true)
      return { ...bare, outcomes: [], losses, exitCode: EXIT.done, duration: took() };
    await request.consent({
      target,
      database: context.database.name,
      plan,
      losses,
      protected: isProtected(context, target),
    });
    return withRunLock(context, session, async (run) => {
      await context.tools.history.ensure(session);
      const agreed = new Set(plan.steps.map((step) => step.version));
      const outcomes: Outcome[] = [];
      for (let round = 1; ; round += 1) {
        const current = await context.tools.history.read(session);
        const fresh = await checkedPlan(context, session, current, request);
        const unknown = fresh.steps.find((step) => !agreed.has(step.version));
        if (round === 1 && unknown !== undefined) {
          throw new RefusedError(
            `another run applied ${unknown.version} ${unknown.name} in the meantime; nothing was rolled back`,
            { hint: 'look at `lms-db status` and run the command again' },
          );
        }
        // After an overtaken round only what was agreed to, and is still there, is rolled back.
        const steps = fresh.steps.filter((step) => agreed.has(step.version));
        const result = await execute(
          { ...fresh, steps },
          {
            ...context,
            ...run,
            history: context.tools.history,
            catalog: context.tools.catalog,
            interrupted: request.interrupted,
          },
        );
        outcomes.push(...result.outcomes);
        for (const outcome of result.outcomes) agreed.delete(outcome.version);
        if (result.overtaken && round < MOST_PLANS) continue;
        const { error } = result;
        return {
          ...bare,
          outcomes,
          losses,
          counts: session.closed
            ? undefined
            : await context.tools.inspector.counts(session).catch(() => undefined),
          error: error === undefined ? undefined : reportedError(error),
          exitCode: error?.exitCode ?? EXIT.done,
          duration: took(),
        };
      }
    });
  });
}

async function checkedPlan(
  context: Context,
  session: Session,
  state: HistoryState,
  request: RollBackRequest,
): Promise<Plan> {
  const { selected } = selectDown(state, request);
  const versions = selected.map((migration) => migration.version);
  const stored = versions.length === 0 ? new Map() : await context.tools.history.rollbacks(session, versions);
  const plan = planDown(context.files, state, request, stored, {
    useFiles: request.useFiles,
    tokenChecksumOf,
    checksumOf,
    directivesOf: (path, text) => parseDirectives(path, text, 'rollback').directives,
  });
  const errors = errorsOf(plan.findings);
  if (errors.length > 0) {
    throw new FindingsError('cannot roll back; nothing was run', plan.findings);
  }
  return plan;
}

/** What the rollbacks of a plan destroy, counted; what is empty is left out. */
async function countedLosses(context: Context, session: Session, plan: Plan): Promise<readonly DataLoss[]> {
  const found = plan.steps.flatMap((step) =>
    lossesOf(step.script.text).map((loss) => ({ loss, version: step.version })),
  );
  // A column of a table that the same run drops is counted with the table.
  const dropped = new Set(found.flatMap(({ loss }) => (loss.kind === 'table' ? [nameText(loss.table)] : [])));
  const kept = found.filter(
    ({ loss }) => loss.kind === 'table' || loss.kind === 'schema' || !dropped.has(nameText(loss.table)),
  );
  const counts = await context.tools.inspector.countLosses(
    session,
    kept.map(({ loss }) => loss),
    COUNT_TIMEOUT,
  );
  return kept.flatMap(({ loss, version }, index) => {
    const count = counts[index];
    return count === 0 ? [] : [{ object: objectOf(loss), count, what: whatOf(loss), version }];
  });
}

function objectOf(loss: Loss): string {
  if (loss.kind === 'schema') return `schema ${loss.schema}`;
  return loss.kind === 'column' ? `${nameText(loss.table)}.${loss.column}` : nameText(loss.table);
}

function whatOf(loss: Loss): string {
  if (loss.kind === 'column') return 'values that are not the default';
  return loss.kind === 'rows' ? `rows at most (${loss.verb})` : 'rows';
}
