import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UsageError } from '../core/errors.ts';
import { errorCode, whyUnreadable } from './list-directory.ts';

/**
 * Writes files that must not exist yet, making their folders: all of them, or none. `path` is relative to
 * the root. Throws UsageError when one exists or cannot be written; then what was written is gone again.
 */
export function writeNewFiles(
  root: string,
  files: readonly { readonly path: string; readonly text: string }[],
): void {
  const written: string[] = [];
  try {
    for (const { path, text } of files) {
      const file = resolve(root, path);
      try {
        mkdirSync(dirname(file), { recursive: true });
        // `wx` fails where the file exists: nobody's work is ever overwritten, not even in a race.
        writeFileSync(file, text, { flag: 'wx' });
      } catch (cause) {
        if (errorCode(cause) === 'EEXIST')
          throw new UsageError(`${path} exists already`, { cause, hint: 'choose another name' });
        // What `wx` made before the disk was full is ours.
        if (errorCode(cause) === 'ENOSPC') written.push(file);
        throw new UsageError(`${path} cannot be written: ${whyUnreadable(cause)}`, {
          cause,
          hint: 'see who owns the folder and what its permissions are',
        });
      }
      written.push(file);
    }
  } catch (error) {
    for (const file of written) rmSync(file, { force: true });
    throw error;
  }
}
