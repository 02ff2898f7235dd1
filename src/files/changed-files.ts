import { execFileSync } from 'node:child_process';
import { UsageError } from '../core/errors.ts';

/** Files that differ from a commit, by path relative to the root, with forward slashes. */
export interface ChangedFiles {
  /** Changed or new, and there. */
  readonly changed: ReadonlySet<string>;
  /** Not in the commit: applied nowhere that knows only it. */
  readonly added: ReadonlySet<string>;
}

/**
 * The files below the root that differ from where this branch left a ref, those that git does not know yet among
 * them. Throws UsageError without git, outside a repository, and for a ref that does not exist.
 */
export function changedFiles(root: string, ref: string): ChangedFiles {
  git(
    root,
    ['rev-parse', '--git-dir'],
    'this folder is in no git repository',
    'name the files instead: lms-db lint FILES',
  );
  const commit = git(
    root,
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`],
    `git knows no commit "${ref}"`,
    'fetch it first (in CI: with its history, fetch-depth 0), or name another branch, tag or commit',
  ).trim();
  const base = baseOf(root, commit);
  const difference = ['diff', '--name-only', '--relative', '-z', '--no-renames'];
  const changed = paths(git(root, [...difference, '--diff-filter=d', base]));
  const added = paths(git(root, [...difference, '--diff-filter=A', base]));
  const unknown = paths(git(root, ['ls-files', '--others', '--exclude-standard', '-z']));
  return { changed: new Set([...changed, ...unknown]), added: new Set([...added, ...unknown]) };
}

/** Where the branch left the ref; the ref itself where they have nothing in common. */
function baseOf(root: string, commit: string): string {
  try {
    return run(root, ['merge-base', commit, 'HEAD']).trim();
  } catch {
    return commit;
  }
}

function paths(output: string): readonly string[] {
  return output.split('\0').filter((path) => path !== '');
}

function git(root: string, parameters: readonly string[], problem?: string, hint?: string): string {
  try {
    return run(root, parameters);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new UsageError('--changed-from needs git, which is not installed', {
        cause: error,
        hint: 'install git, or name the files: lms-db lint FILES',
      });
    }
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new UsageError(`--changed-from: ${problem ?? (said === '' ? 'git failed' : said)}`, {
      cause: error,
      hint,
    });
  }
}

function run(root: string, parameters: readonly string[]): string {
  return execFileSync('git', parameters, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
