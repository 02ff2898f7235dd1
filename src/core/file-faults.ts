import { EXIT } from './finding.ts';
import type { Finding } from './finding.ts';
import { compareVersions } from './migration.ts';
import type { Check, Directives } from './migration.ts';
import type { Place } from './place.ts';

/** A file whose name could be read. */
export interface NamedFile {
  readonly version: string;
  readonly fileName: string;
  /** As the user would type it. */
  readonly path: string;
}

/** A migration with what its neighbours have to agree with. */
export interface NamedMigration extends NamedFile {
  readonly directives: Directives;
  readonly requiresPlaces: readonly Place[];
  readonly irreversiblePlace?: Place | undefined;
}

/** The files of a project, before they are paired. */
export interface ProjectListing {
  readonly migrations: readonly NamedMigration[];
  readonly rollbacks: readonly NamedFile[];
  /** Checks files that bear a version. */
  readonly guards: readonly NamedFile[];
  readonly checks: readonly Check[];
  /** Path of the rollbacks' folder, for the file that is to be created. */
  readonly rollbackDirectory: string;
}

/** What is wrong between the files: versions, pairs, requirements. What is wrong inside one file is found there. */
export function crossFileFaults(listing: ProjectListing): readonly Finding[] {
  const migrations = [...listing.migrations].sort(byVersion);
  return [
    ...mixedWidths(migrations),
    ...duplicates(migrations),
    ...missingRollbacks(migrations, listing),
    ...orphans(listing.rollbacks, migrations, listing.rollbacks, 'rollback'),
    ...orphans(listing.guards, migrations, listing.guards, 'guard'),
    ...requirementFaults(migrations),
    ...listing.checks.flatMap((check) => rangeFaults(check, migrations)),
  ];
}

/** Oldest first; of one version, by path. */
export function byVersion(left: NamedFile, right: NamedFile): number {
  return (
    compareVersions(left.version, right.version) ||
    (left.path < right.path ? -1 : left.path > right.path ? 1 : 0)
  );
}

function fault(code: string, file: NamedFile, message: string, hint: string, place?: Place): Finding {
  return {
    code,
    severity: 'error',
    exitCode: EXIT.usage,
    version: file.version,
    place: place ?? { file: file.path, line: 1, column: 1 },
    message,
    hint,
  };
}

function mixedWidths(migrations: readonly NamedMigration[]): readonly Finding[] {
  const counts = new Map<number, number>();
  for (const { version } of migrations) counts.set(version.length, (counts.get(version.length) ?? 0) + 1);
  if (counts.size < 2) return [];
  const width = [...counts].reduce((most, other) => (other[1] > most[1] ? other : most))[0];
  const usual = migrations.find(({ version }) => version.length === width);
  return migrations
    .filter(({ version }) => version.length !== width)
    .map((file) =>
      fault(
        'mixed-width',
        file,
        `${file.path} has a version of ${digits(file.version.length)}, ${usual?.path ?? ''} one of ${digits(width)}`,
        'the versions of a project have one width, so that every tool sorts them alike: pad with zeros, or use timestamps throughout',
      ),
    );
}

function digits(count: number): string {
  return count === 1 ? '1 digit' : `${count} digits`;
}

function duplicates(migrations: readonly NamedMigration[]): readonly Finding[] {
  return migrations.flatMap((file, index) => {
    const before = migrations[index - 1];
    if (before === undefined || compareVersions(before.version, file.version) !== 0) return [];
    return [
      fault(
        'duplicate-version',
        file,
        `${file.path} and ${before.path} have one version, ${file.version}`,
        'give one of them a version of its own, and its rollback and guard with it',
      ),
    ];
  });
}

function missingRollbacks(
  migrations: readonly NamedMigration[],
  listing: ProjectListing,
): readonly Finding[] {
  const names = new Set(listing.rollbacks.map(({ fileName }) => fileName));
  const versions = new Set(listing.rollbacks.map(({ version }) => version));
  return migrations.flatMap((file) => {
    const { irreversible } = file.directives;
    const paired = names.has(file.fileName);
    const wanted = `${listing.rollbackDirectory}/${file.fileName}`;
    if (paired && irreversible !== undefined) {
      return [
        fault(
          'irreversible-with-rollback',
          file,
          `${file.path} says @irreversible and yet has a rollback, ${wanted}`,
          'remove the directive, or the rollback',
          file.irreversiblePlace,
        ),
      ];
    }
    // A rollback of the same version under another name gets a fault of its own: one is enough.
    if (paired || irreversible !== undefined || versions.has(file.version)) return [];
    return [
      fault(
        'missing-rollback',
        file,
        `${file.path} has no rollback`,
        `write ${wanted}, or say \`-- @irreversible why\` at the top of the migration; \`lms-db new\` makes both files`,
      ),
    ];
  });
}

function orphans(
  files: readonly NamedFile[],
  migrations: readonly NamedMigration[],
  siblings: readonly NamedFile[],
  part: 'rollback' | 'guard',
): readonly Finding[] {
  const names = new Set(migrations.map(({ fileName }) => fileName));
  return files
    .filter(({ fileName }) => !names.has(fileName))
    .map((file) => {
      const twin = migrations.find(({ version }) => compareVersions(version, file.version) === 0);
      if (twin === undefined) {
        return fault(
          `orphan-${part}`,
          file,
          part === 'rollback'
            ? `${file.path} rolls back a migration that does not exist`
            : `${file.path} bears the version of a migration that does not exist`,
          part === 'rollback'
            ? `restore the migration ${file.fileName}, or remove the rollback`
            : 'name it for its migration; a checks file that belongs to no migration has no digits in front',
        );
      }
      const pair = siblings.find(({ fileName }) => fileName === twin.fileName);
      return fault(
        'unpaired-name',
        file,
        `${file.path} has the version of ${twin.path}, but not its name`,
        pair === undefined
          ? `rename it to ${twin.fileName}`
          : `remove it or give it its own version: the ${part} of that migration is ${pair.path}`,
      );
    });
}

function requirementFaults(migrations: readonly NamedMigration[]): readonly Finding[] {
  const byVersionText = new Map(migrations.map((migration) => [migration.version, migration]));
  return migrations.flatMap((migration) =>
    migration.directives.requires.flatMap((required, index) => {
      const target = byVersionText.get(required);
      const order = compareVersions(required, migration.version);
      if (target !== undefined && order < 0) return [];
      const { message, hint } = requirementProblem(required, order, target, migrations);
      return [fault('requires', migration, message, hint, migration.requiresPlaces[index])];
    }),
  );
}

function requirementProblem(
  required: string,
  order: number,
  target: NamedMigration | undefined,
  migrations: readonly NamedMigration[],
): { message: string; hint: string } {
  if (order === 0)
    return { message: `@requires ${required} is the migration itself`, hint: 'remove the line' };
  if (target !== undefined) {
    return {
      message: `@requires ${required} comes later, as ${target.path}`,
      hint: 'give this migration a newer version than what it requires',
    };
  }
  const padded = migrations.find(({ version }) => compareVersions(version, required) === 0);
  return {
    message: `@requires ${required}: there is no such migration`,
    hint:
      padded === undefined
        ? 'correct the version; `lms-db status` lists all'
        : `did you mean ${padded.version}?`,
  };
}

function rangeFaults(check: Check, migrations: readonly NamedMigration[]): readonly Finding[] {
  const faults: Finding[] = [];
  for (const key of ['since', 'until'] as const) {
    const version = check[key];
    if (
      version === undefined ||
      migrations.some((migration) => compareVersions(migration.version, version) === 0)
    )
      continue;
    faults.push({
      code: 'check',
      severity: 'error',
      exitCode: EXIT.usage,
      place: check.place,
      message: `check "${check.name}": @${key} ${version} is the version of no migration`,
      hint: 'correct the version; `lms-db status` lists all',
    });
  }
  return faults;
}
