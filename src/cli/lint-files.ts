import { statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import type { Config, ProjectConfig } from '../config/config.ts';
import { parseDirectives } from '../core/directives.ts';
import { UsageError } from '../core/errors.ts';
import { compareVersions } from '../core/migration.ts';
import type { MigrationFile } from '../core/migration.ts';
import type { ProjectFiles } from '../core/project-files.ts';
import { readProject } from '../files/read-project.ts';
import { readScript } from '../files/read-script.ts';
import type { Invocation } from './invocation.ts';

/** The files of a project, and which of them were asked for. */
export interface LintedFiles {
  readonly files: ProjectFiles;
  /** Undefined for all. */
  readonly paths?: ReadonlySet<string> | undefined;
  /** Versions of files that a git ref does not know. */
  readonly added?: ReadonlySet<string> | undefined;
}

/**
 * Reads the project, and finds the files that the command line names: by path, by folder, by what git says has
 * changed. A file that is not the project's is looked at as a migration after its newest one. Throws UsageError.
 */
export async function lintedFiles(
  { cwd, arguments: words }: Pick<Invocation, 'cwd' | 'arguments'>,
  { root }: Config,
  { name, directories }: ProjectConfig,
  ref: string | undefined,
): Promise<LintedFiles> {
  const files = readProject({ project: name, root, directories });
  const own = new Map(
    files.migrations.flatMap(({ version, script, rollback }) => [
      [script.path, version] as const,
      ...(rollback === undefined ? [] : [[rollback.script.path, version] as const]),
    ]),
  );
  const named = words.length === 0 ? undefined : new Set<string>();
  const strays: MigrationFile[] = [];
  for (const word of words) {
    const path = relative(root, resolve(cwd, word)).split(sep).join('/');
    const below = [...own.keys(), ...files.faults.flatMap(({ place }) => place?.file ?? [])].filter(
      (file) => file === path || path === '' || file.startsWith(`${path}/`),
    );
    for (const file of below) named?.add(file);
    if (below.length > 0) continue;
    strays.push(stray(root, path, word, [...files.migrations, ...strays]));
    named?.add(path);
  }
  const all = { ...files, migrations: [...files.migrations, ...strays] };
  if (ref === undefined) return { files: all, paths: named };
  const { changedFiles } = await import('../files/changed-files.ts');
  const { changed, added } = changedFiles(root, ref);
  return {
    files: all,
    paths: named === undefined ? changed : new Set([...named].filter((path) => changed.has(path))),
    added: new Set([...own].flatMap(([path, version]) => (added.has(path) ? [version] : []))),
  };
}

/** A file that is not the project's, as a migration that comes last. */
function stray(root: string, path: string, word: string, before: readonly MigrationFile[]): MigrationFile {
  const found = statSync(resolve(root, path), { throwIfNoEntry: false });
  if (found?.isFile() !== true) {
    throw new UsageError(
      found === undefined ? `there is no file ${word}` : `${word} holds no file of this project`,
      {
        hint: 'name migrations, rollbacks or a folder of them; another project is chosen by --project',
      },
    );
  }
  const { script, fault } = readScript(root, path);
  if (script === undefined) throw new UsageError(fault?.message ?? `${word} cannot be read`);
  const newest =
    [...before].sort((left, right) => compareVersions(right.version, left.version))[0]?.version ?? '0';
  const { directives } = parseDirectives(path, script.text, 'migration');
  const fileName = path.slice(path.lastIndexOf('/') + 1);
  return { version: String(BigInt(newest) + 1n), name: fileName, fileName, script, directives };
}
