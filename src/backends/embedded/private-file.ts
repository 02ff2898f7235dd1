// Files that only we, and the owner of the folder they lie in, may read.
// Imports node: modules only: the keeper uses it too.
import { randomBytes } from 'node:crypto';
import { constants, lchownSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

/**
 * Gives a file to the owner of a directory, so that root working in a user's project does not lock
 * the user out. Does nothing unless we are root and the owner is somebody else.
 */
export function giveToOwnerOf(path: string, directory: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(directory);
  if (uid !== 0) lchownSync(path, uid, gid);
}

/** Writes a file of mode 600 in one step: beside, then renamed. It gets the owner of `directory`. */
export function writePrivateFile(path: string, content: string, directory: string): void {
  const beside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(beside, content, { mode: 0o600, flag: 'wx' });
    giveToOwnerOf(beside, directory);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

/** Opens a log to be appended to, mode 600; refuses a symbolic link, which could lead root anywhere. */
export function openForAppend(path: string): number {
  const { O_APPEND, O_CREAT, O_WRONLY } = constants;
  // Windows does not have it.
  const noFollow = process.platform === 'win32' ? 0 : constants.O_NOFOLLOW;
  return openSync(path, O_APPEND | O_CREAT | O_WRONLY | noFollow, 0o600);
}
