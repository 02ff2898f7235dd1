import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UsageError } from '../core/errors.ts';
import type { TypesFile } from '../core/generated-types.ts';
import { errorCode, whyUnreadable } from './list-directory.ts';
import { replaceFile } from './types-file.ts';

/** The file with the schema of a project. `path` is relative to the folder. */
export function snapshotFile(folder: string, path: string): TypesFile {
  const file = resolve(folder, path);
  return {
    path,
    read() {
      try {
        return readFileSync(file, 'utf8');
      } catch (cause) {
        if (errorCode(cause) === 'ENOENT') return undefined;
        throw new UsageError(`the snapshot ${path} cannot be read: ${whyUnreadable(cause)}`, { cause });
      }
    },
    write(text) {
      try {
        mkdirSync(dirname(file), { recursive: true });
        replaceFile(file, text);
      } catch (cause) {
        throw new UsageError(`the snapshot cannot be written to ${path}: ${whyUnreadable(cause)}`, {
          cause,
          hint: 'see who owns the folder and what its permissions are, or name another file with --out',
        });
      }
    },
  };
}
