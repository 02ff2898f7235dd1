// What the system says about other processes. Imports node: modules only: the keeper uses it too.
import { readFileSync } from 'node:fs';

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Fields of /proc/<pid>/stat after the command name, which may itself hold spaces and brackets. Linux only. */
function statFields(pid: number): readonly string[] | undefined {
  const stat = readOrUndefined(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/**
 * True while a process with this id runs. A zombie does not count: in a container whose first
 * process does not reap, zombies stay for ever and still answer to signal 0.
 */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and is somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  return statFields(pid)?.[0] !== 'Z';
}

/**
 * Tells a process from a later one with the same id: boot and start time. Empty where the system
 * has no /proc (then only the id is known).
 */
export function processIdentity(pid: number): string {
  const started = statFields(pid)?.[19];
  const boot = readOrUndefined('/proc/sys/kernel/random/boot_id')?.trim();
  return started === undefined || boot === undefined ? '' : `${boot}:${started}`;
}

/** The name of the program that a process runs; undefined where the system does not say. */
export function programOf(pid: number): string | undefined {
  return readOrUndefined(`/proc/${pid}/comm`)?.trim();
}

/** Resolves after so many milliseconds. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Waits for something, but not longer than so many milliseconds. Leaves no timer behind that keeps the process. */
export async function waitAtMost(milliseconds: number, something: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([something, limit]);
  clearTimeout(timer);
}
