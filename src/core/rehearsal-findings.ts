import { EXIT } from './finding.ts';
import type { Finding } from './finding.ts';
import { literalPattern } from './literal-pattern.ts';
import type { MigrationFile, Script } from './migration.ts';
import type { Difference } from './picture-difference.ts';
import { differenceText } from './picture-difference.ts';
import { mendingOf } from './picture-mending.ts';
import { placeAt } from './place.ts';
import type { Picture } from './picture.ts';
import type { Place } from './place.ts';
import type { StatementFailure } from './report.ts';
import { splitStatements } from './statements.ts';

/** How a fault is told apart: in an empty database, or with rows present. */
export interface RehearsalSide {
  readonly withRows: boolean;
}

const WITH_ROWS = ' with rows present';

/** The rollback, or the second run, does not give the schema that it should. Softer for the order of columns. */
export function schemaFinding(
  file: MigrationFile,
  difference: Difference,
  which: 'rollback' | 'again',
  { withRows }: RehearsalSide,
): Finding {
  const soft = difference.kind === 'column-order';
  const rollback = file.rollback?.script ?? file.script;
  const when = withRows ? WITH_ROWS : '';
  if (which === 'again') {
    const text = differenceText(difference, { missing: 'is missing', extra: 'is new' });
    return {
      code: 'not-repeatable',
      severity: soft ? 'notice' : 'error',
      exitCode: EXIT.checkFailed,
      version: file.version,
      message: `up after the rollback gives another schema than the first time${when}: ${text}`,
      hint: 'the migration, or its rollback, depends on what an earlier run left behind',
      place: { file: file.script.path, line: 1, column: 1 },
    };
  }
  const mending = mendingOf(difference);
  const text = differenceText(difference, { missing: 'is missing', extra: 'is left behind' });
  return {
    code: soft ? 'rollback-column-order' : 'rollback-incomplete',
    severity: soft ? 'notice' : 'error',
    exitCode: EXIT.checkFailed,
    version: file.version,
    message: `after the rollback${when}, ${text}`,
    hint: mending.length === 0 ? undefined : `mend it with: ${mending.join(' ')}`,
    place: placeOf(rollback, difference),
  };
}

/** The migration or its rollback does not run at all. */
export function failureFinding(
  file: MigrationFile,
  which: 'up' | 'down' | 'again',
  failure: StatementFailure,
  { withRows }: RehearsalSide,
): Finding {
  const what = {
    up: 'the migration fails',
    down: 'the rollback fails',
    again: 'up after the rollback fails',
  };
  const state = failure.sqlstate === undefined ? '' : ` (${failure.sqlstate})`;
  const detail = failure.detail === undefined ? '' : `: ${failure.detail}`;
  return {
    code: which === 'up' ? 'migration-fails' : which === 'down' ? 'rollback-fails' : 'not-repeatable',
    severity: 'error',
    exitCode: EXIT.checkFailed,
    version: file.version,
    message: `${what[which]}${withRows ? WITH_ROWS : ''}: ${failure.message}${state}${detail}`,
    hint: failure.serverHint,
    place: failure.place,
  };
}

/**
 * Undefined unless the migration fails because some rows do not keep what it asks of all of them: a new check, key or
 * reference (23514, 23505, 23P01, 23503), or NOT NULL on a column that was there before (23502). Of generated rows that
 * says little: it is the rows in production that count. A new column that is NOT NULL without a default is another
 * matter: it fails with any row.
 */
export function dependsOnRows(
  file: MigrationFile,
  failure: StatementFailure,
  before: Picture,
): Finding | undefined {
  const { sqlstate = '' } = failure;
  const [, column, table] = /column "([^"]+)" of relation "([^"]+)"/.exec(failure.message) ?? [];
  const nullable = before.objects.some(
    ({ kind, name, on }) => kind === 'column' && name === column && on?.replace(/^.*\./, '') === table,
  );
  if (!['23514', '23505', '23P01', '23503'].includes(sqlstate) && !(sqlstate === '23502' && nullable)) {
    return undefined;
  }
  return {
    code: 'depends-on-rows',
    severity: 'warning',
    exitCode: EXIT.checkFailed,
    version: file.version,
    message: `it depends on the rows that are there: ${failure.message} (${sqlstate})`,
    hint: 'see first whether the rows in production keep it, or mend those that do not in the migration; it was rehearsed on empty tables only',
    place: failure.place,
  };
}

/** Rows that were there before are not there, or not the same, after the rollback. */
export function rowsFinding(file: MigrationFile, what: string): Finding {
  const script = file.rollback?.script ?? file.script;
  return {
    code: 'rows-not-restored',
    severity: 'error',
    exitCode: EXIT.checkFailed,
    version: file.version,
    message: `after the rollback, rows that were there before are not the same: ${what}`,
    hint: 'keep the old values until nobody can go back, or accept the loss with `-- @allow rows-not-restored why` in the migration',
    place: { file: script.path, line: 1, column: 1 },
  };
}

/**
 * Where in the rollback a difference belongs: at the first statement that names the object or its table, else at the
 * end, where the forgotten statement would stand.
 */
function placeOf(script: Script, difference: Difference): Place {
  const { text, path } = script;
  const names =
    difference.kind === 'column-order'
      ? [difference.table]
      : [difference.kind === 'extra' ? difference.actual : difference.expected].flatMap((object) => [
          object.name.replace(/\(.*$/s, ''),
          object.on ?? '',
        ]);
  for (const name of names) {
    const bare = name.replace(/^.*\./, '').replaceAll('"', '');
    if (bare === '') continue;
    const pattern = new RegExp(`(?<![\\w$])${literalPattern(bare)}(?![\\w$])`, 'i');
    for (const statement of splitStatements(text).statements) {
      const found = pattern.exec(text.slice(statement.start, statement.end));
      if (found !== null) return placeAt(path, text, statement.start + found.index);
    }
  }
  return placeAt(path, text, text.trimEnd().length);
}

/** Differences that make a rollback incomplete: all but the order of columns. */
export function hardDifferences(found: readonly Difference[]): readonly Difference[] {
  return found.filter(({ kind }) => kind !== 'column-order');
}
