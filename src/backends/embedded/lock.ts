// `keeper.lock`: who is about to start a server here, or keeps one. It only spares needless work:
// PostgreSQL's own postmaster.pid is what decides that there is never a second server.
// Imports node: modules only: the keeper uses it too.
import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { giveToOwnerOf, writePrivateFile } from './private-file.ts';
import { isAlive, processIdentity } from './processes.ts';

/** Milliseconds after which a lock that cannot be read counts as left behind. */
const UNREADABLE_AFTER = 2000;

function lockPath(home: string): string {
  return join(home, 'keeper.lock');
}

function contentFor(pid: number): string {
  return `${JSON.stringify({ pid, identity: processIdentity(pid), token: randomBytes(6).toString('hex') })}\n`;
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function isHeld(path: string, content: string): boolean {
  try {
    const lock: unknown = JSON.parse(content);
    if (typeof lock === 'object' && lock !== null && 'pid' in lock && typeof lock.pid === 'number') {
      if (!isAlive(lock.pid)) return false;
      const recorded = 'identity' in lock ? lock.identity : '';
      const now = processIdentity(lock.pid);
      return recorded === '' || now === '' || recorded === now;
    }
  } catch {
    // Not written to its end, or not ours.
  }
  return Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) < UNREADABLE_AFTER;
}

/** Takes away a lock whose holder is dead, and only that one: another process may do the same now. */
function removeStale(path: string, seen: string): void {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    renameSync(path, aside);
    // Somebody took it between our look and our rename: give it back.
    if (readOrUndefined(aside) !== seen) linkSync(aside, path);
  } catch {
    // Somebody else took it away, or took it: either way the next look tells.
  }
  rmSync(aside, { force: true });
}

/** True while a live process holds the lock of this folder. */
export function isLocked(home: string): boolean {
  const path = lockPath(home);
  const content = readOrUndefined(path);
  return content !== undefined && isHeld(path, content);
}

/** Tries once to take the lock for this process. Gives back what releases it, or undefined. */
export function tryLock(home: string): string | undefined {
  const path = lockPath(home);
  const content = contentFor(process.pid);
  const present = readOrUndefined(path);
  if (present !== undefined) {
    if (isHeld(path, present)) return undefined;
    removeStale(path, present);
  }
  const beside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(beside, content, { mode: 0o600, flag: 'wx' });
    giveToOwnerOf(beside, home);
    // A link appears with its content, and fails when the name is taken.
    linkSync(beside, path);
    return content;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST') return undefined;
    // EPERM, ENOTSUP, …: a file system without hard links.
    if (readOrUndefined(beside) === undefined) throw error;
    return createWithoutLink(path, content, home) ? content : undefined;
  } finally {
    rmSync(beside, { force: true });
  }
}

function createWithoutLink(path: string, content: string, home: string): boolean {
  try {
    writeFileSync(path, content, { mode: 0o600, flag: 'wx' });
    giveToOwnerOf(path, home);
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes this process the holder of a lock that its starter took for it. Gives back what releases it,
 * or undefined when the starter died and somebody else has the lock by now.
 */
export function takeOverLock(home: string, taken: string): string | undefined {
  if (readOrUndefined(lockPath(home)) !== taken) return undefined;
  const content = contentFor(process.pid);
  writePrivateFile(lockPath(home), content, home);
  return content;
}

/** Releases the lock, if it is still the one that was taken. */
export function unlock(home: string, taken: string): void {
  const path = lockPath(home);
  if (readOrUndefined(path) === taken) rmSync(path, { force: true });
}
