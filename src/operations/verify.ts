import type { BuiltinCheck, CheckScope } from '../core/builtin-check.ts';
import { UsageError } from '../core/errors.ts';
import { EXIT } from '../core/finding.ts';
import type { Finding } from '../core/finding.ts';
import type { Check } from '../core/migration.ts';
import { newestOf } from '../core/plan.ts';
import type { Session, Snapshot } from '../core/ports.ts';
import type { CheckResult, TargetReport, Verification } from '../core/report.ts';
import { whyNotHere, whyNotNow } from '../core/skip-reason.ts';
import { didYouMean } from '../core/suggestion.ts';
import type { BuiltinResult } from '../core/verification.ts';
import { skippedResult } from './checks.ts';
import type { Context, ProjectChecks } from './context.ts';
import { interruption } from './execution.ts';
import { extensionsInSnapshot } from './installed-extensions.ts';
import { withSession } from './open.ts';
import {
  BUILTIN_CHECKS,
  builtinResults,
  catalogInquiries,
  probesOf,
  readCatalog,
  requireKnownChecks,
} from './verify-builtin.ts';
import { filedChecks, inquiryOf, resultOf } from './verify-checks.ts';
import type { FiledCheck } from './verify-checks.ts';

/** What `verify` is asked for. */
export interface VerifyRequest {
  /** Names of checks, files of checks, or built-in checks; empty for all. */
  readonly only: readonly string[];
  /** How many offending rows are kept to be shown. */
  readonly offenders: number;
  /** Leaves the built-in checks out. */
  readonly skipBuiltin: boolean;
}

/** How many offending rows are shown where nobody says otherwise. */
export const OFFENDERS = 5;

const NOTHING: ProjectChecks = { files: [], historySchema: 'lms_db' };

/**
 * Runs the checks of the project and the built-in ones, in one read-only transaction on one snapshot: all
 * queries in one round trip, then what the built-in ones still have to ask in a second one. Before them comes
 * one more where a check names an extension: whether it is there. Takes no lock, creates nothing. Throws
 * UsageError for names that do not exist, before it connects where that is possible.
 */
export async function verify(context: Context, request: VerifyRequest): Promise<TargetReport> {
  const start = context.clock.elapsed();
  const { files, historySchema, tenancy, allowed = {} } = context.checks ?? NOTHING;
  if (!request.skipBuiltin) requireKnownChecks(allowed);
  const chosen = choose(filedChecks(files), request);
  const borrowed: { snapshot?: Snapshot } = {};
  return withSession(
    context,
    'look',
    async ({ session, state, target }) => {
      const { snapshot } = borrowed;
      if (snapshot === undefined) throw new Error('verify has no snapshot');
      const version = newestOf(state.applied);
      const verification = await cancellable(context, session, () =>
        run(snapshot, {
          ...chosen,
          version,
          scope: { historySchema, tenancy },
          allowed,
          offenders: request.offenders,
        }),
      );
      return {
        target,
        outcomes: [],
        findings:
          request.only.length === 0 && !request.skipBuiltin
            ? unusedAllowances(allowed, verification.builtin)
            : [],
        verification,
        exitCode: failures(verification).length > 0 ? EXIT.checkFailed : EXIT.done,
        duration: context.clock.elapsed() - start,
      };
    },
    (session, work) =>
      context.tools.withSnapshot(session, context.settings, (snapshot) => {
        borrowed.snapshot = snapshot;
        return work();
      }),
  );
}

/** The checks that make the run fail. */
export function failures({ checks, builtin }: Verification): readonly (CheckResult | BuiltinResult)[] {
  return [...checks, ...builtin].filter(({ passed, severity }) => !passed && severity === 'error');
}

interface Chosen {
  readonly filed: readonly FiledCheck[];
  readonly builtin: readonly BuiltinCheck[];
}

interface Run extends Chosen {
  readonly version: string | undefined;
  readonly scope: CheckScope;
  readonly allowed: NonNullable<ProjectChecks['allowed']>;
  readonly offenders: number;
}

async function run(
  snapshot: Snapshot,
  { filed, builtin, version, scope, allowed, offenders }: Run,
): Promise<Verification> {
  const now = filed.filter(({ check }) => whyNotNow(check, version) === undefined);
  const installed = await extensionsInSnapshot(
    snapshot,
    now.map(({ check }) => check),
  );
  const whyNot = (check: Check): string | undefined =>
    whyNotNow(check, version) ?? whyNotHere(check, installed);
  const due = now.filter(({ check }) => whyNot(check) === undefined);
  const catalog = builtin.length === 0 ? [] : catalogInquiries(builtin, scope);
  const answers = await snapshot.ask([...due.map(({ check }) => inquiryOf(check, offenders)), ...catalog]);
  const reads = readCatalog(builtin, scope, answers.slice(due.length));
  const probes = probesOf(reads);
  const probed =
    probes.length === 0 ? [] : await snapshot.ask(probes.map((probe) => ({ ...probe, keep: offenders })));
  return {
    version,
    checks: filed.map((one) => {
      const answered = answers[due.indexOf(one)];
      return answered === undefined
        ? skippedResult(one.check, whyNot(one.check) ?? '')
        : resultOf(one, answered);
    }),
    builtin: builtinResults(reads, probed, allowed),
  };
}

/** The checks that were asked for. Throws UsageError for a name that is none. */
function choose(filed: readonly FiledCheck[], { only, skipBuiltin }: VerifyRequest): Chosen {
  const builtin = skipBuiltin ? [] : BUILTIN_CHECKS;
  if (only.length === 0) return { filed, builtin };
  const isMeant = (name: string, { check, file }: FiledCheck): boolean =>
    check.name === name ||
    check.name.startsWith(`${name} `) ||
    file.path === name ||
    stemOf(file.path) === name;
  for (const name of only) {
    if (filed.some((one) => isMeant(name, one)) || builtin.some(({ id }) => id === name)) continue;
    const known = [
      ...new Set(filed.flatMap(({ check, file }) => [check.name, stemOf(file.path)])),
      ...builtin.map(({ id }) => id),
    ];
    throw new UsageError(`there is no check "${name}"`, { hint: didYouMean(name, known) });
  }
  return {
    filed: filed.filter((one) => only.some((name) => isMeant(name, one))),
    builtin: builtin.filter(({ id }) => only.includes(id)),
  };
}

/** `structure` for checks/lms/structure.sql. */
function stemOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.sql$/, '');
}

/** Acceptances that accept nothing any more: said, so that they do not hide the next finding. */
function unusedAllowances(
  allowed: NonNullable<ProjectChecks['allowed']>,
  builtin: readonly BuiltinResult[],
): readonly Finding[] {
  // What only rows can break is accepted for the day when they do.
  const ofTheSchema = new Set(BUILTIN_CHECKS.filter(({ read }) => read === undefined).map(({ id }) => id));
  return builtin.flatMap(({ id, accepted, skipped }): readonly Finding[] => {
    if (!ofTheSchema.has(id)) return [];
    if (skipped !== undefined || accepted.length > 0 || (allowed[id] ?? []).length === 0) return [];
    return [
      {
        code: 'allow-unused',
        severity: 'notice',
        exitCode: EXIT.usage,
        message: `builtin.allow accepts findings of ${id}, and there are none`,
        hint: 'take it out of the config, so that it does not hide the next one',
      },
    ];
  });
}

/**
 * Runs work on a session; when the run is asked to end, cancels what its backend does, again and again until
 * the work has ended, from a connection that is opened only then. Throws InterruptedError.
 */
async function cancellable<Result>(
  { clock, database, signal, tools }: Context,
  session: Session,
  work: () => Promise<Result>,
): Promise<Result> {
  requireGoOn(signal);
  const ended = new AbortController();
  const cancel = async (): Promise<void> => {
    const other = await database.connect('look');
    try {
      const observer = tools.observer(other);
      while (!ended.signal.aborted) {
        await observer.cancel(session.pid);
        await clock.sleep(50, ended.signal).catch(() => undefined);
      }
    } finally {
      await other.close();
    }
  };
  let cancelling: Promise<void> | undefined;
  const onAbort = (): void => {
    cancelling = cancel().catch(() => undefined);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const result = await work();
    requireGoOn(signal);
    return result;
  } catch (error) {
    // What was cancelled fails in many ways; there is one reason.
    requireGoOn(signal);
    throw error;
  } finally {
    ended.abort();
    signal.removeEventListener('abort', onAbort);
    await cancelling;
  }
}

function requireGoOn(signal: AbortSignal): void {
  if (signal.aborted) throw interruption(signal);
}
