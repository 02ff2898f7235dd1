import { parseChecks } from '../core/check-file.ts';
import { parseDirectives } from '../core/directives.ts';
import { byVersion, crossFileFaults } from '../core/file-faults.ts';
import type { NamedFile, NamedMigration } from '../core/file-faults.ts';
import { EXIT } from '../core/finding.ts';
import type { Finding } from '../core/finding.ts';
import type { Check, Directives, Guard, MigrationFile, Script } from '../core/migration.ts';
import type { ProjectDirectories, ProjectFiles } from '../core/project-files.ts';
import { faultsOfScript } from '../core/script-faults.ts';
import { Scanner } from '../core/tokens.ts';
import { parseFileName } from '../core/version.ts';
import { listDirectory } from './list-directory.ts';
import { readScript } from './read-script.ts';

/** Which project's files to read. */
export interface ProjectLocation {
  readonly project: string;
  /** Absolute path of the root that all paths are relative to. */
  readonly root: string;
  readonly directories: ProjectDirectories;
}

interface ReadFile extends NamedFile {
  readonly name: string;
  readonly script: Script;
  readonly directives: Directives;
}

/** Reads the migrations, rollbacks and checks of a project, and finds every fault of them at once. Never throws. */
export function readProject(location: ProjectLocation): ProjectFiles {
  const { directories, project } = location;
  const faults: Finding[] = [];
  const migrations = readMigrations(location, faults);
  const rollbacks = readRollbacks(location, faults);
  const { guards, checks } = readChecks(location, faults);
  // A folder of rollbacks that is missing as a whole is one fault, not one for each migration.
  const cross = crossFileFaults({
    migrations,
    rollbacks: rollbacks ?? [],
    guards,
    checks: [...guards, ...checks].flatMap((file): readonly Check[] => file.checks),
    rollbackDirectory: directories.rollbacks,
  });
  const missing = cross.filter(({ code }) => code === 'missing-rollback');
  if (rollbacks === undefined && missing.length > 1) {
    faults.push(
      noRollbacks(directories.rollbacks, missing.length),
      ...cross.filter((fault) => !missing.includes(fault)),
    );
  } else {
    faults.push(...cross);
  }
  const rollbackOf = new Map((rollbacks ?? []).map((file) => [file.fileName, file]));
  const guardOf = new Map(guards.map((guard) => [guard.fileName, guard]));
  return {
    project,
    migrations: migrations
      .sort(byVersion)
      .map(({ version, name, fileName, script, directives }): MigrationFile => {
        const rollback = rollbackOf.get(fileName);
        const guard = guardOf.get(fileName);
        return {
          version,
          name,
          fileName,
          script,
          directives,
          rollback:
            rollback === undefined ? undefined : { script: rollback.script, directives: rollback.directives },
          guard: guard === undefined ? undefined : guardOnly(guard),
        };
      }),
    checks: checks.map(guardOnly),
    faults: sorted(faults),
  };
}

function readMigrations(location: ProjectLocation, faults: Finding[]): (ReadFile & NamedMigration)[] {
  const { root, directories } = location;
  const listing = listDirectory(root, directories.migrations);
  faults.push(...listing.faults);
  if (!listing.exists) {
    faults.push({
      code: 'no-migrations',
      severity: 'error',
      exitCode: EXIT.usage,
      message: `there is no folder ${directories.migrations} in ${root}`,
      hint: 'make the folders with `lms-db init`, or the first migration with `lms-db new NAME`; elsewhere, change into the folder of the repository',
    });
  }
  return listing.fileNames.flatMap((fileName) => {
    const file = readNamed(location, directories.migrations, fileName, 'migration', faults);
    return file === undefined ? [] : [file];
  });
}

/** Undefined when there is no folder of rollbacks. */
function readRollbacks(location: ProjectLocation, faults: Finding[]): readonly ReadFile[] | undefined {
  const { root, directories } = location;
  const listing = listDirectory(root, directories.rollbacks);
  faults.push(...listing.faults);
  if (!listing.exists) return undefined;
  return listing.fileNames.flatMap((fileName) => {
    const file = readNamed(location, directories.rollbacks, fileName, 'rollback', faults);
    return file === undefined ? [] : [file];
  });
}

function readNamed(
  location: ProjectLocation,
  directory: string,
  fileName: string,
  kind: 'migration' | 'rollback',
  faults: Finding[],
): (ReadFile & NamedMigration) | undefined {
  const path = `${directory}/${fileName}`;
  const named = parseFileName(fileName);
  if (named.problem !== undefined)
    faults.push(errorAt(path, 'file-name', `${path} ${named.problem}`, named.hint));
  const { script, fault } = readScript(location.root, path);
  if (fault !== undefined) faults.push(fault);
  // A file whose name or bytes cannot be read leaves no second fault behind, such as a missing pair.
  const text = script?.text ?? '';
  const parsed = parseDirectives(path, text, kind);
  faults.push(...parsed.faults);
  faults.push(...faultsOfScript({ path, text }, { transaction: parsed.directives.transaction }));
  if (script !== undefined && !holdsStatement(text)) faults.push(empty(path, kind));
  if (named.problem !== undefined) return undefined;
  return {
    version: named.value.version,
    name: named.value.name,
    fileName,
    path,
    script: script ?? { path, text, checksum: '' },
    directives: parsed.directives,
    requiresPlaces: parsed.requiresPlaces,
    irreversiblePlace: parsed.irreversiblePlace,
  };
}

type NamedGuard = Guard & NamedFile;

function readChecks(
  location: ProjectLocation,
  faults: Finding[],
): { readonly guards: readonly NamedGuard[]; readonly checks: readonly Guard[] } {
  const { root, directories } = location;
  const listing = listDirectory(root, directories.checks);
  faults.push(...listing.faults);
  const guards: NamedGuard[] = [];
  const checks: Guard[] = [];
  for (const fileName of listing.fileNames) {
    const path = `${directories.checks}/${fileName}`;
    const { script, fault } = readScript(root, path);
    if (fault !== undefined) faults.push(fault);
    const text = script?.text ?? '';
    const lexical = faultsOfScript({ path, text }, { transaction: true });
    faults.push(...lexical);
    // After a quote that is never closed, nothing else that is said about the file would be true.
    const readable = script !== undefined && !lexical.some(({ code }) => code === 'unterminated');
    const parsed = readable ? parseChecks(path, text) : { checks: [], faults: [] };
    faults.push(...parsed.faults);
    const file: Guard = { path, text, checksum: script?.checksum ?? '', checks: parsed.checks };
    if (!/^[0-9]/.test(fileName)) {
      checks.push(file);
      continue;
    }
    const named = parseFileName(fileName);
    if (named.problem === undefined) guards.push({ ...file, version: named.value.version, fileName });
    else {
      faults.push(
        errorAt(
          path,
          'file-name',
          `${path} ${named.problem}`,
          'a guard bears the name of its migration; a check of the database has no digits in front',
        ),
      );
    }
  }
  return { guards, checks };
}

function guardOnly({ path, text, checksum, checks }: Guard): Guard {
  return { path, text, checksum, checks };
}

/** Nearly every file begins with comments and a word, which one look tells. */
const BEGINS_WITH_WORD = /^[ \t\n\r]*(?:--[^\n\r]*[\n\r][ \t\n\r]*)*[a-z]/i;

function holdsStatement(text: string): boolean {
  return BEGINS_WITH_WORD.test(text) || new Scanner(text).next();
}

function errorAt(file: string, code: string, message: string, hint: string | undefined): Finding {
  return {
    code,
    severity: 'error',
    exitCode: EXIT.usage,
    message,
    hint,
    place: { file, line: 1, column: 1 },
  };
}

function empty(path: string, kind: 'migration' | 'rollback'): Finding {
  return errorAt(
    path,
    'empty-file',
    `${path} has no statement`,
    kind === 'migration'
      ? 'write its SQL, or remove it with its rollback'
      : 'write what takes the migration back; where there is nothing to take back, write `SELECT;` below a comment that says why',
  );
}

function noRollbacks(directory: string, count: number): Finding {
  return {
    code: 'missing-rollback',
    severity: 'error',
    exitCode: EXIT.usage,
    message: `there is no folder ${directory}: ${count} migrations have no rollback`,
    hint: `make ${directory} with a file of the same name for each migration; \`lms-db new\` makes both files`,
  };
}

/** By file, line and column; what has no place comes first. */
function sorted(faults: readonly Finding[]): readonly Finding[] {
  return [...faults].sort((left, right) => {
    const a = left.place;
    const b = right.place;
    if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
    if (a.file !== b.file) return a.file < b.file ? -1 : 1;
    return a.line - b.line || a.column - b.column;
  });
}
