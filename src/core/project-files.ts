import type { Finding } from './finding.ts';
import type { Guard, MigrationFile } from './migration.ts';

/** Where the files of a project lie: paths relative to the root, with forward slashes (or absolute). */
export interface ProjectDirectories {
  readonly migrations: string;
  readonly rollbacks: string;
  readonly checks: string;
  readonly seeds: string;
  /** The file, not a folder, that the generated types are written to. */
  readonly types: string;
  /** The file that the snapshot of the schema is written to. */
  readonly snapshot: string;
  /** The file that says which migrations a rehearsal has proven. */
  readonly rehearsals: string;
}

/** Everything that the files of one project say. */
export interface ProjectFiles {
  readonly project: string;
  /** Oldest version first. Where there are faults, these are the ones that could be read. */
  readonly migrations: readonly MigrationFile[];
  /** Checks files that bear no version: checks of the database, run by verify and after up. By path. */
  readonly checks: readonly Guard[];
  /** Every fault of the files, by file and line. */
  readonly faults: readonly Finding[];
}

/** The folders of a project that has a level of its own, or of a repository with one database (no project). */
export function directoriesOf(project: string | undefined): ProjectDirectories {
  const level = project === undefined ? '' : `/${project}`;
  return {
    migrations: `migrations${level}`,
    rollbacks: `rollbacks${level}`,
    checks: `checks${level}`,
    seeds: `seeds${level}`,
    types: `types/${project ?? 'database'}.ts`,
    snapshot: project === undefined ? 'schema.sql' : `snapshots/${project}.sql`,
    rehearsals: `rehearsals/${project ?? 'database'}.json`,
  };
}
