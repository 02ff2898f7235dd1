import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UsageError } from '../core/errors.ts';
import type { GeneratedFile } from '../core/generated-file.ts';
import { errorCode, whyUnreadable } from './list-directory.ts';

/** A file that lms-db writes; `path` is relative to the folder, `what` is how errors call it: `types`, `proofs`. */
export function generatedFile(folder: string, path: string, what: string, hint: string): GeneratedFile {
  const file = resolve(folder, path);
  return {
    path,
    read() {
      try {
        return readFileSync(file, 'utf8');
      } catch (cause) {
        if (errorCode(cause) === 'ENOENT') return undefined;
        throw new UsageError(`the ${what} ${path} cannot be read: ${whyUnreadable(cause)}`, { cause });
      }
    },
    write(text) {
      try {
        mkdirSync(dirname(file), { recursive: true });
        replaceFile(file, text);
      } catch (cause) {
        throw new UsageError(`the ${what} cannot be written to ${path}: ${whyUnreadable(cause)}`, {
          cause,
          hint: `see who owns the folder and what its permissions are, or ${hint}`,
        });
      }
    },
  };
}

/** Readers see the old file or the new one, never a part; what a crash leaves behind is a file that nobody imports. */
function replaceFile(file: string, text: string): void {
  const target = throughLinks(file);
  const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const descriptor = openSync(temporary, 'wx', 0o644);
    try {
      writeSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** A link stays a link: what it points to is replaced. */
function throughLinks(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
