import { UsageError } from '../core/errors.ts';
import { compareVersions } from '../core/migration.ts';
import type { ProjectDirectories } from '../core/project-files.ts';
import { parseFileName } from '../core/version.ts';
import type { FileName } from '../core/version.ts';
import { listDirectory } from './list-directory.ts';
import { writeNewFiles } from './write-new-file.ts';

/** What `new` is asked for. */
export interface NewMigrationRequest {
  /** Absolute path of the root. */
  readonly root: string;
  readonly directories: ProjectDirectories;
  /** What the migration does, in words: `add course search`. */
  readonly description: string;
  readonly now: Date;
  /** How a project without migrations numbers them; one that has some goes on as it does. Default timestamp. */
  readonly numbering?: 'timestamp' | 'number' | undefined;
}

/** What was written: paths relative to the root. */
export interface NewMigration {
  readonly version: string;
  readonly name: string;
  readonly migration: string;
  readonly rollback: string;
}

/** Longer names than this break tools and terminals before they help anybody. */
const LONGEST_NAME = 100;

/** Writes a migration with its rollback pair, newer than every other. Throws UsageError; then neither file is there. */
export function newMigration(request: NewMigrationRequest): NewMigration {
  const { root, directories, description, now } = request;
  const existing = existingNames(root, directories);
  const newest = existing.at(-1);
  const numbered = newest === undefined ? request.numbering === 'number' : newest.version.length !== 14;
  const version = numbered ? nextNumber(newest?.version) : nextTimestamp(now, newest?.version);
  const separator = newest?.separator ?? '-';
  const name = slug(description, separator);
  const fileName = `${version}${separator}${name}.sql`;
  const migration = `${directories.migrations}/${fileName}`;
  const rollback = `${directories.rollbacks}/${fileName}`;
  const title = titleOf(description);
  writeNewFiles(root, [
    { path: migration, text: migrationTemplate(title, rollback) },
    { path: rollback, text: rollbackTemplate(title, migration) },
  ]);
  return { version, name, migration, rollback };
}

/** Of both folders: a rollback that lost its migration keeps its version. Oldest first. */
function existingNames(root: string, directories: ProjectDirectories): readonly FileName[] {
  return [directories.migrations, directories.rollbacks]
    .flatMap((directory) => listDirectory(root, directory).fileNames)
    .map((fileName) => parseFileName(fileName).value)
    .filter((name) => name !== undefined)
    .sort((left, right) => compareVersions(left.version, right.version));
}

/** The time in UTC, or a second after the newest where that is not in the past. */
function nextTimestamp(now: Date, newest: string | undefined): string {
  const current = timestamp(now);
  if (newest === undefined || compareVersions(current, newest) > 0) return current;
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(newest) ?? [];
  const time = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  const next = Number.isNaN(time) ? newest : timestamp(new Date(time + 1000));
  // Some projects count in the last digits beyond 59: then the number after is the only newer one.
  return compareVersions(next, newest) > 0 ? next : nextNumber(newest);
}

function timestamp(date: Date): string {
  return date
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replace(/\D/g, '');
}

function nextNumber(newest: string | undefined): string {
  if (newest === undefined) return '0001';
  const next = String(BigInt(newest) + 1n).padStart(newest.length, '0');
  if (next.length > newest.length) {
    throw new UsageError(`the versions have ${newest.length} digits, and ${newest} is the last of them`, {
      hint: 'pad all file names with a zero more before the next migration',
    });
  }
  return next;
}

function slug(description: string, separator: '-' | '_'): string {
  const name = description
    .trim()
    .replace(/\.sql$/i, '')
    // `addCourseSearch` and `café` become words of plain letters, which every file system keeps as they are.
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    // Korean syllables, which the line before took apart, come together again.
    .normalize('NFC')
    .replace(/ß/g, 'ss')
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, separator)
    .replace(/^[-_]+|[-_]+$/g, '');
  const hint = 'say in a few words what it does: `lms-db new add course search`';
  if (name === '')
    throw new UsageError(`"${description}" has no letter or digit to name a migration by`, { hint });
  if (name.length > LONGEST_NAME) {
    throw new UsageError(
      `the name of the migration has ${name.length} characters; ${LONGEST_NAME} is the most`,
      { hint },
    );
  }
  return name;
}

/** The description as the start of a comment: one line, first letter upper case. */
function titleOf(description: string): string {
  const words = description
    .trim()
    .replace(/\.sql$/i, '')
    .replace(/[\s\p{C}]+/gu, ' ');
  const spaced = words.includes(' ') ? words : words.replace(/[-_]+/g, ' ');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

function migrationTemplate(title: string, rollback: string): string {
  return `-- ${title}: say here what changes and why.
--
-- Runs in one transaction together with its record. Its way back: ${rollback}
-- Lines that begin with -- and @ may say more, here at the top: risk, downtime, requires, lock-timeout,
-- transaction off and others; docs/formats.md of lms-db lists them.

`;
}

function rollbackTemplate(title: string, migration: string): string {
  return `-- Takes back: ${title.charAt(0).toLowerCase()}${title.slice(1)}
--
-- Leaves the schema exactly as it was before ${migration}
-- and keeps the data that can be kept.

`;
}
