import { FindingsError } from '../core/errors.ts';
import { EXIT } from '../core/finding.ts';
import type { Finding } from '../core/finding.ts';
import type { HistoryState } from '../core/history.ts';
import type { MigrationFile } from '../core/migration.ts';
import { differences, differenceText } from '../core/picture-difference.ts';
import type { Difference } from '../core/picture-difference.ts';
import { mendingOf } from '../core/picture-mending.ts';
import { withMainRole } from '../core/picture-roles.ts';
import type { Picture } from '../core/picture.ts';
import type { Session } from '../core/ports.ts';
import type { TargetReport } from '../core/report.ts';
import type { Context } from './context.ts';
import { withSession } from './open.ts';

/** A picture with the role that owns most of what it shows. */
export interface OwnedPicture {
  readonly picture: Picture;
  readonly mainRole: string;
}

/** What `drift` is asked for. */
export interface DriftRequest {
  /** Patterns of objects to leave out, with `*`: `table audit_*`, `index tmp_*`. */
  readonly ignore: readonly string[];
  readonly read: (session: Session) => Promise<OwnedPicture>;
  /** What the database should be: from the files, applied in the given order, or from another database. */
  readonly expected: (migrations: readonly MigrationFile[]) => Promise<OwnedPicture>;
  /** `is not in the files`, `is not in staging`. */
  readonly extraWords: string;
  /** False for a comparison of two databases, where files do not matter. */
  readonly fromFiles: boolean;
}

/** Compares the live schema with what it should be, object by object. Looks only. Exit code 8 when it drifted. */
export async function drift(context: Context, request: DriftRequest): Promise<TargetReport> {
  const start = context.clock.elapsed();
  return withSession(context, 'look', async ({ session, state, target }) => {
    const files = request.fromFiles ? appliedFiles(context.files, state) : [];
    const actual = await request.read(session);
    const expected = await request.expected(files);
    const found = differences(
      withMainRole(expected.picture, expected.mainRole),
      withMainRole(actual.picture, actual.mainRole),
    );
    const findings = found
      .map((difference) => findingOf(difference, request.extraWords))
      .filter((finding) => !request.ignore.some((pattern) => matches(pattern, finding.message)));
    const majors = [actual, expected].map(({ picture }) => Math.floor(picture.serverVersion / 10_000));
    if (majors[0] !== majors[1]) {
      const message = `compared PostgreSQL ${majors[0] ?? 0} with PostgreSQL ${majors[1] ?? 0}: versions word some definitions differently`;
      context.emit({ type: 'note', message });
    }
    return {
      target,
      outcomes: [],
      findings,
      exitCode: findings.some((finding) => finding.severity === 'error') ? EXIT.drift : EXIT.done,
      duration: context.clock.elapsed() - start,
    };
  });
}

/** The files of what is applied, in applied order. Throws FindingsError for one that is not here. */
function appliedFiles(files: readonly MigrationFile[], state: HistoryState): readonly MigrationFile[] {
  const byVersion = new Map(files.map((file) => [file.version, file]));
  const missing = state.applied.filter((migration) => !byVersion.has(migration.version));
  if (missing.length > 0) {
    throw new FindingsError(
      'the files cannot tell what the database should be',
      missing.map(({ version, name }) => ({
        code: 'missing-file',
        severity: 'error',
        exitCode: EXIT.mismatch,
        version,
        message: `${version}-${name} is applied, but its file is not here`,
        hint: 'restore the file, or check out the branch that has it',
      })),
    );
  }
  return state.applied.flatMap((migration) => byVersion.get(migration.version) ?? []);
}

function findingOf(difference: Difference, extra: string): Finding {
  const mending = mendingOf(difference);
  return {
    code: difference.kind === 'column-order' ? 'column-order' : 'drift',
    severity: difference.kind === 'column-order' ? 'notice' : 'error',
    exitCode: EXIT.drift,
    message: differenceText(difference, { missing: 'is missing', extra }),
    hint: mending.length === 0 ? undefined : `to undo it: ${mending.join(' ')}`,
  };
}

/** `*` stands for anything; the pattern is matched from the start of what is said about an object. */
function matches(pattern: string, message: string): boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}(?![\\w$])`).test(message);
}
