import { LmsDbError, BackendError } from '../../core/errors.ts';

const NEXT: Readonly<Record<string, string>> = {
  EACCES: 'let this user write there, or give the database with --url or DATABASE_URL',
  EPERM: 'let this user write there, or give the database with --url or DATABASE_URL',
  EROFS: 'the disk is read-only: give the database with --url or DATABASE_URL',
  ENOSPC: 'make room on the disk',
  EDQUOT: 'make room in the quota of this user',
  ENOTDIR: 'a file stands where a folder is needed: move it away',
  EEXIST: 'a file stands where a folder is needed: move it away',
};

/**
 * Turns what the system says about files into a BackendError with a next step; errors that are
 * somebody's to mend already, and our own bugs, stay as they are.
 */
export function explain(error: unknown, displayDirectory: string): unknown {
  if (error instanceof LmsDbError || !(error instanceof Error) || !('code' in error)) return error;
  const hint = typeof error.code === 'string' ? NEXT[error.code] : undefined;
  if (hint === undefined) return error;
  return new BackendError(`cannot keep the embedded database in ${displayDirectory}: ${error.message}`, {
    hint,
    cause: error,
  });
}
