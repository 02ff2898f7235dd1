import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { BackendError } from '../../core/errors.ts';

/**
 * Makes a directory and those above it that are missing, each with this mode whatever the umask;
 * what exists already is left as it is.
 */
export function makeDirectory(path: string, mode: number): void {
  const first = mkdirSync(path, { recursive: true, mode });
  if (first === undefined || process.platform === 'win32') return;
  for (let made = path; made.length >= first.length; made = dirname(made)) chmodSync(made, mode);
}

function problemOf(path: string): string | undefined {
  const facts = lstatSync(path);
  if (facts.isSymbolicLink()) return 'is a symbolic link';
  if (!facts.isDirectory()) return 'is not a directory';
  if (process.platform === 'win32') return undefined;
  if (facts.uid !== process.getuid?.()) return `belongs to user id ${facts.uid}`;
  return (facts.mode & 0o022) === 0 ? undefined : 'can be written by other users';
}

/**
 * Makes a directory that nobody else can change, or checks that an existing one is such: ours, no
 * symbolic link, not writable by others. Throws BackendError otherwise: programs are run from
 * there, so a directory that somebody else prepared in /tmp must not be taken.
 */
export function ensureOwnDirectory(path: string, mode: number): void {
  makeDirectory(path, mode);
  const problem = problemOf(path);
  if (problem === undefined) return;
  throw new BackendError(`${path} ${problem}: lms-db does not use it`, {
    hint: 'remove it, or set LMS_DB_CACHE to a directory of your own',
  });
}
