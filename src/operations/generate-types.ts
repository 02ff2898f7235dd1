import { RefusedError } from '../core/errors.ts';
import { EXIT } from '../core/finding.ts';
import type { Finding } from '../core/finding.ts';
import type { GeneratedFile } from '../core/generated-file.ts';
import type { TypesEngine } from '../core/generated-types.ts';
import type { HistoryState } from '../core/history.ts';
import type { TargetReport } from '../core/report.ts';
import type { TypeSettings } from '../core/type-settings.ts';
import { changesIn, unifiedDiff } from '../core/unified-diff.ts';
import type { Context } from './context.ts';
import { withSession } from './open.ts';

/** What `types` is asked for. */
export interface GenerateTypesRequest {
  /** Write the file, compare it (nothing is written), or hand out its text. */
  readonly mode: 'write' | 'check' | 'print';
  readonly file: GeneratedFile;
  readonly engine: TypesEngine;
  readonly settings: TypeSettings;
  readonly historySchema: string;
}

/**
 * Makes the typed schema of the connected database. Reads the database only: no lock, no write, any role
 * that may connect. Throws FindingsError, RefusedError, UsageError.
 */
export async function generateTypes(context: Context, request: GenerateTypesRequest): Promise<TargetReport> {
  const start = context.clock.elapsed();
  return withSession(context, 'look', async ({ session, state, target }) => {
    const { mode, file, engine, settings, historySchema } = request;
    const types = await engine(session, {
      settings,
      historySchema,
      lockTimeout: context.settings.lockTimeout,
    });
    const pending = pendingIn(context, state);
    if (types.tables === 0 && pending > 0) {
      throw new RefusedError('the database is empty, and migrations are pending; nothing was written', {
        hint: 'apply them first: lms-db up --types',
      });
    }
    const { text, fingerprint, tables, enums } = types;
    const shared = { path: file.path, fingerprint, tables, enums };
    const findings = [...types.findings, ...pendingFinding(pending)];
    const report = { target, outcomes: [], findings, exitCode: EXIT.done } as const;
    const duration = (): number => context.clock.elapsed() - start;
    if (mode === 'print') {
      return { ...report, types: { ...shared, state: 'printed', text }, duration: duration() };
    }
    // A checkout on Windows may have given the file other line ends; they are no difference.
    const before = file.read()?.replaceAll('\r\n', '\n');
    if (before === text) return { ...report, types: { ...shared, state: 'unchanged' }, duration: duration() };
    if (mode === 'write') {
      file.write(text);
      return { ...report, types: { ...shared, state: 'written' }, duration: duration() };
    }
    const diff = unifiedDiff(file.path, before, text) ?? '';
    return {
      ...report,
      findings: [...findings, outdated(file.path, before, diff)],
      types: { ...shared, state: 'outdated', diff },
      exitCode: EXIT.drift,
      duration: duration(),
    };
  });
}

function outdated(path: string, before: string | undefined, diff: string): Finding {
  const { added, removed } = changesIn(diff);
  return {
    code: 'types-out-of-date',
    severity: 'error',
    message:
      before === undefined
        ? `${path} does not exist`
        : `${path} is not what this database gives: +${added} −${removed} lines`,
    hint: 'generate it with `lms-db types`, and commit it',
    exitCode: EXIT.drift,
  };
}

function pendingIn({ files }: Context, state: HistoryState): number {
  const applied = new Set(state.applied.map(({ version }) => version));
  return files.filter(({ version }) => !applied.has(version)).length;
}

function pendingFinding(pending: number): readonly Finding[] {
  if (pending === 0) return [];
  return [
    {
      code: 'pending',
      severity: 'warning',
      message: `${pending === 1 ? 'a migration is' : `${pending} migrations are`} pending: these are the types of the schema without ${pending === 1 ? 'it' : 'them'}`,
      hint: 'lms-db up --types',
      exitCode: EXIT.pending,
    },
  ];
}
