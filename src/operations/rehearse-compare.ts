import type { Finding } from '../core/finding.ts';
import { lostData } from '../core/fingerprint-difference.ts';
import type { MigrationFile } from '../core/migration.ts';
import { differences } from '../core/picture-difference.ts';
import type { Picture } from '../core/picture.ts';
import { hardDifferences, rowsFinding, schemaFinding } from '../core/rehearsal-findings.ts';
import type { Fingerprints } from '../core/rehearsal-ports.ts';

/** A database at one moment: its schema, its rows, or both. */
export interface Moment {
  /** Instead of the picture, to see whether anything differs at all. */
  readonly digest?: string | undefined;
  readonly picture?: Picture | undefined;
  readonly rows?: Fingerprints | undefined;
}

/**
 * What the rollback did not give back. Lost rows are said only where the schema is the same, as they follow from what
 * it lacks, and where the migration does not accept the loss (`@allow rows-not-restored`).
 */
export function rollbackFindings(
  file: MigrationFile,
  before: Moment,
  after: Moment,
  withRows: boolean,
): readonly Finding[] {
  const found = differencesOf(before.picture, after.picture);
  const schema = found.map((difference) => schemaFinding(file, difference, 'rollback', { withRows }));
  if (hardDifferences(found).length > 0 || before.rows === undefined || after.rows === undefined)
    return schema;
  if (file.directives.allow.some(({ rule }) => rule === 'rows-not-restored')) return schema;
  return [...schema, ...lostData(before.rows, after.rows).map(({ what }) => rowsFinding(file, what))];
}

/** How the schema after the second run differs from the one after the first. */
export function repetitionFindings(
  file: MigrationFile,
  first: Moment,
  second: Moment,
  { withRows, moved }: { readonly withRows: boolean; readonly moved: boolean },
): readonly Finding[] {
  const found = differencesOf(first.picture, second.picture);
  // Where the rollback moved a column, the second run cannot put it back.
  return (moved ? hardDifferences(found) : found).map((difference) =>
    schemaFinding(file, difference, 'again', { withRows }),
  );
}

function differencesOf(
  before: Picture | undefined,
  after: Picture | undefined,
): ReturnType<typeof differences> {
  return before === undefined || after === undefined ? [] : differences(before, after);
}
