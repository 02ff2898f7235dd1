import { FindingsError, RefusedError } from '../core/errors.ts';
import { EXIT } from '../core/finding.ts';
import type { Finding } from '../core/finding.ts';
import type { GeneratedFile } from '../core/generated-file.ts';
import type { SnapshotReport, TargetReport } from '../core/report.ts';
import type { SnapshotEngine, WrittenSchema } from '../core/snapshot/engine.ts';
import type { Target } from '../core/target.ts';
import { changesIn, unifiedDiff } from '../core/unified-diff.ts';
import type { Context } from './context.ts';
import { serverVersionText, withSession } from './open.ts';
import { rebuild } from './rebuild.ts';

/** What `snapshot` is asked for. */
export interface SnapshotRequest {
  /** Write the file, compare it (nothing is written), or hand out its text. */
  readonly mode: 'write' | 'check' | 'print';
  readonly file: GeneratedFile;
  readonly engine: SnapshotEngine;
  /** The schema that the files produce: the database is an empty throwaway one, and they are applied to it first. */
  readonly fromFiles: boolean;
}

/** A schema that was read, and where. */
interface Read {
  readonly written: WrittenSchema;
  readonly target: Target;
  readonly pending: number;
}

/**
 * Writes the schema of a database as one SQL file. Reads the database only: no lock, no write. Throws
 * FindingsError, naming them, when something cannot be written; RefusedError, BackendError, UsageError.
 */
export async function snapshot(context: Context, request: SnapshotRequest): Promise<TargetReport> {
  const start = context.clock.elapsed();
  const { written, target, pending } = await (request.fromFiles ? ofFiles : ofTarget)(context, request);
  const { text, objects, tables, writer } = written;
  if (text === undefined) {
    throw new FindingsError('the schema cannot be written as a whole; nothing was written', [
      ...written.problems.map(notWritten),
    ]);
  }
  if (tables === 0 && pending > 0) {
    throw new RefusedError('the database is empty, and migrations are pending; nothing was written', {
      hint: 'apply them first with `lms-db up`, or say --from-files',
    });
  }
  const { file, mode } = request;
  const report = (
    exitCode: TargetReport['exitCode'],
    findings: readonly Finding[],
    made: SnapshotReport,
  ) => ({
    target,
    outcomes: [],
    findings: [...findings, ...written.remarks.map(otherOrder), ...pendingFinding(pending)],
    snapshot: made,
    exitCode,
    duration: context.clock.elapsed() - start,
  });
  const shared = { path: file.path, writer, objects, tables };
  if (mode === 'print') return report(EXIT.done, [], { ...shared, state: 'printed', text });
  // A checkout on Windows may have given the file other line ends; they are no difference.
  const before = file.read()?.replaceAll('\r\n', '\n');
  if (before === text) return report(EXIT.done, [], { ...shared, state: 'unchanged' });
  if (mode === 'write') {
    file.write(text);
    return report(EXIT.done, [], { ...shared, state: 'written' });
  }
  const diff = unifiedDiff(file.path, before, text) ?? '';
  return report(EXIT.drift, [outdated(file.path, before, diff)], { ...shared, state: 'outdated', diff });
}

async function ofTarget(context: Context, { engine }: SnapshotRequest): Promise<Read> {
  return withSession(context, 'look', async ({ session, state, target }) => {
    const applied = new Set(state.applied.map(({ version }) => version));
    const pending = context.files.filter(({ version }) => !applied.has(version)).length;
    return { written: await engine(session), target, pending };
  });
}

async function ofFiles(context: Context, { engine }: SnapshotRequest): Promise<Read> {
  return rebuild(context, context.database, context.files, async (session) => ({
    written: await engine(session),
    target: { ...context.target, serverVersion: serverVersionText(session.serverVersion) },
    pending: 0,
  }));
}

function notWritten(problem: string): Finding {
  return {
    code: 'not-in-snapshot',
    severity: 'error',
    message: problem,
    hint: 'mend it, or let pg_dump write the snapshot: --pg-dump',
    exitCode: EXIT.refused,
  };
}

function otherOrder(message: string): Finding {
  return { code: 'column-order', severity: 'notice', message, exitCode: EXIT.drift };
}

function outdated(path: string, before: string | undefined, diff: string): Finding {
  const { added, removed } = changesIn(diff);
  return {
    code: 'snapshot-out-of-date',
    severity: 'error',
    message:
      before === undefined
        ? `${path} does not exist`
        : `${path} is not the schema of this database: +${added} −${removed} lines`,
    hint: 'write it with `lms-db snapshot`, and commit it',
    exitCode: EXIT.drift,
  };
}

function pendingFinding(pending: number): readonly Finding[] {
  if (pending === 0) return [];
  const one = pending === 1;
  return [
    {
      code: 'pending',
      severity: 'warning',
      message: `${one ? 'a migration is' : `${pending} migrations are`} pending: this is the schema without ${one ? 'it' : 'them'}`,
      hint: 'lms-db up',
      exitCode: EXIT.pending,
    },
  ];
}
