import { FindingsError } from '../core/errors.ts';
import { EXIT } from '../core/finding.ts';
import type { Finding } from '../core/finding.ts';
import type { HistoryState } from '../core/history.ts';
import { literalPattern } from '../core/literal-pattern.ts';
import type { MigrationFile } from '../core/migration.ts';
import { differences, differenceText } from '../core/picture-difference.ts';
import type { Difference } from '../core/picture-difference.ts';
import { mendingOf } from '../core/picture-mending.ts';
import { MAIN_ROLE, withMainRole } from '../core/picture-roles.ts';
import { objectText } from '../core/picture.ts';
import type { Picture } from '../core/picture.ts';
import type { Session } from '../core/ports.ts';
import type { TargetReport } from '../core/report.ts';
import { quoted } from '../core/sql-text.ts';
import type { Context } from './context.ts';
import { withSession } from './open.ts';

/** A picture with the role that owns most of what it shows. */
export interface OwnedPicture {
  readonly picture: Picture;
  readonly mainRole: string;
}

/** What the database should be: what the files produce, or what another database is. */
export interface Expectation {
  /** `app@db.example.com:5432/staging`; undefined for the files. */
  readonly database: string | undefined;
  /** Reads it; from the files, applied in the given order. */
  readonly read: (migrations: readonly MigrationFile[]) => Promise<OwnedPicture>;
}

/** What `drift` is asked for. */
export interface DriftRequest {
  /** Patterns of objects to leave out, with `*`: `table audit_*`, `index tmp_*`. */
  readonly ignore: readonly string[];
  readonly read: (session: Session) => Promise<OwnedPicture>;
  /** At least one; where there are several, a difference that some of them share is one finding. */
  readonly expected: readonly Expectation[];
}

/** Compares the live schema with what it should be, object by object. Looks only. Exit code 8 when it drifted. */
export async function drift(context: Context, request: DriftRequest): Promise<TargetReport> {
  const start = context.clock.elapsed();
  return withSession(context, 'look', async ({ session, state, target }) => {
    const fromFiles = request.expected.some(({ database }) => database === undefined);
    const files = fromFiles ? appliedFiles(context.files, state) : [];
    const actual = await request.read(session);
    const shared = new Map<string, SharedDifference>();
    for (const { database, read } of request.expected) {
      const expected = await read(files);
      noteVersions(context, actual, expected);
      for (const difference of differences(
        withMainRole(expected.picture, expected.mainRole),
        withMainRole(actual.picture, actual.mainRole),
      )) {
        const key = `${difference.kind} ${differenceText(difference, { missing: '', extra: '' })}`;
        const known = shared.get(key);
        if (known === undefined)
          shared.set(key, { difference, databases: database === undefined ? [] : [database] });
        else if (database !== undefined) known.databases.push(database);
      }
    }
    const findings = [...shared.values()]
      .map((one) => findingOf(one, request.expected.length, actual.mainRole))
      .filter((finding) => !request.ignore.some((pattern) => matches(pattern, finding.message)));
    return {
      target,
      outcomes: [],
      findings,
      exitCode: findings.some((finding) => finding.severity === 'error') ? EXIT.drift : EXIT.done,
      duration: context.clock.elapsed() - start,
    };
  });
}

/** A difference, and the databases that show it. */
interface SharedDifference {
  readonly difference: Difference;
  readonly databases: string[];
}

function noteVersions(context: Context, actual: OwnedPicture, expected: OwnedPicture): void {
  const [here, there] = [actual, expected].map(({ picture }) => Math.floor(picture.serverVersion / 10_000));
  if (here === there) return;
  const message = `compared PostgreSQL ${here ?? 0} with PostgreSQL ${there ?? 0}: versions word some definitions differently`;
  context.emit({ type: 'note', message });
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

function findingOf({ difference, databases }: SharedDifference, compared: number, mainRole: string): Finding {
  // The role that owns the schema has its own name in each database; a statement is for this one.
  const mending = mendingOf(difference).map((statement) =>
    statement.replaceAll(quoted(MAIN_ROLE), quoted(mainRole)),
  );
  const { kind } = difference;
  return {
    code: kind === 'column-order' ? 'column-order' : 'drift',
    severity: kind === 'column-order' ? 'notice' : 'error',
    exitCode: EXIT.drift,
    message: differenceText(difference, { missing: 'is missing', extra: extraWords(databases, compared) }),
    hint: mending.length === 0 ? undefined : `mend it with: ${mending.join(' ')}`,
    drift: {
      kind,
      object: subjectText(difference),
      mending,
      databases: compared === 1 ? undefined : databases,
    },
  };
}

/** `is not in the files`, `is not in app@db.example.com:5432/staging`. */
function extraWords(databases: readonly string[], compared: number): string {
  const [only] = databases;
  if (only === undefined) return 'is not in the files';
  return databases.length === 1
    ? `is not in ${only}`
    : `is not in ${databases.length} of ${compared} databases`;
}

function subjectText(difference: Difference): string {
  if (difference.kind === 'column-order') return `columns of ${difference.table.replace(/^public\./, '')}`;
  return objectText(difference.kind === 'extra' ? difference.actual : difference.expected);
}

/** `*` stands for anything; the pattern is matched from the start of what is said about an object. */
function matches(pattern: string, message: string): boolean {
  const source = pattern.split('*').map(literalPattern).join('.*');
  return new RegExp(`^${source}(?![\\w$])`).test(message);
}
