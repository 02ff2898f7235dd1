import { readdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { EXIT } from '../core/finding.ts';
import type { Finding } from '../core/finding.ts';

/** What lies in a folder of SQL files. */
export interface DirectoryListing {
  /** Names of the `.sql` files, sorted. */
  readonly fileNames: readonly string[];
  /** False when there is no such folder; then everything else is empty. */
  readonly exists: boolean;
  /** An unreadable folder is an error; a file or folder that looks as if it should count is a warning. */
  readonly faults: readonly Finding[];
}

/** What editors and merge tools leave behind. */
const BACKUP = /(?:~|\.(?:bak|orig|rej|swp|swo|swx|tmp))$|^[.#]/i;

/** Names that somebody may take for one of the files that count. */
const LOOKS_LIKE_SQL = /\.(?:sql|psql|pgsql|ddl)(?:\.|$)|^\d+[-_].*\./i;

/** Lists a folder with one call to the system: only what does not end in `.sql` is asked what it is. */
export function listDirectory(root: string, directory: string): DirectoryListing {
  const fileNames: string[] = [];
  const faults: Finding[] = [];
  try {
    const folder = resolve(root, directory);
    for (const name of readdirSync(folder)) {
      if (name.startsWith('.') || BACKUP.test(name)) continue;
      if (name.endsWith('.sql')) {
        fileNames.push(name);
        continue;
      }
      const path = `${directory}/${name}`;
      if (statSync(`${folder}/${name}`, { throwIfNoEntry: false })?.isDirectory() === true) {
        faults.push(
          ignored(
            'ignored-folder',
            path,
            `${path} is a folder: the files in it are not read`,
            `move them into ${directory}`,
          ),
        );
      } else if (LOOKS_LIKE_SQL.test(name)) {
        faults.push(
          ignored(
            'ignored-file',
            path,
            `${path} is not read: its name does not end in .sql`,
            'rename it, or move it elsewhere',
          ),
        );
      }
    }
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return { fileNames: [], exists: false, faults: [] };
    const why = code === 'ENOTDIR' ? 'it is not a folder' : whyUnreadable(error);
    const fault: Finding = {
      code: 'unreadable',
      severity: 'error',
      exitCode: EXIT.usage,
      message: `${directory} cannot be read: ${why}`,
      hint: 'see who owns it and what its permissions are',
    };
    return { fileNames: [], exists: true, faults: [fault] };
  }
  return { fileNames: fileNames.sort(), exists: true, faults };
}

/** The `code` of an error of the operating system, such as ENOENT; an empty string for any other error. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Why a file or folder cannot be read or written, in words. */
export function whyUnreadable(error: unknown): string {
  const words: Readonly<Record<string, string>> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    ENOENT: 'there is no such file',
    EISDIR: 'it is a folder',
    ELOOP: 'its symbolic links go in a circle',
    ENOSPC: 'the disk is full',
    EROFS: 'the file system is read-only',
    EMFILE: 'too many files are open',
  };
  return words[errorCode(error)] ?? (error instanceof Error ? error.message : String(error));
}

function ignored(code: string, file: string, message: string, hint: string): Finding {
  return {
    code,
    severity: 'warning',
    exitCode: EXIT.usage,
    message,
    hint,
    place: { file, line: 1, column: 1 },
  };
}
