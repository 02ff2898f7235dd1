// Reads what PostgreSQL itself keeps in a data directory about the server that uses it.
// Imports node: modules only: the keeper uses it too.
import { closeSync, fstatSync, openSync, readFileSync, readSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, programOf } from './processes.ts';

/** The server that uses a data directory, from its `postmaster.pid`. */
export interface Postmaster {
  readonly pid: number;
  /** Where it listens; the directory is empty when it has no unix socket (Windows). */
  readonly port: number;
  readonly socketDirectory: string;
  readonly listenAddress: string;
  /** False while it starts, recovers or stops. */
  readonly ready: boolean;
  /** `ours`: started by a keeper; `foreign`: by somebody else; `unknown`: too young to tell. */
  readonly origin: 'ours' | 'foreign' | 'unknown';
}

/** `cluster_name` of the servers that a keeper starts: tells them from servers that somebody started by hand. */
export const CLUSTER_NAME = 'lms-db';

function origin(dataDirectory: string, startedSeconds: number): Postmaster['origin'] {
  const path = join(dataDirectory, 'postmaster.opts');
  try {
    // The server writes postmaster.opts just after postmaster.pid: an older one is its predecessor's.
    if (Math.ceil(statSync(path).mtimeMs / 1000) < startedSeconds) return 'unknown';
    return readFileSync(path, 'utf8').includes(`"cluster_name=${CLUSTER_NAME}"`) ? 'ours' : 'foreign';
  } catch {
    return 'unknown';
  }
}

function readPidFile(dataDirectory: string): readonly string[] | undefined {
  try {
    return readFileSync(join(dataDirectory, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
}

/** The process that postmaster.pid names, or undefined when it does not run or is no PostgreSQL. */
function livePid(lines: readonly string[]): number | undefined {
  const pid = Number(lines[0]);
  if (!isAlive(pid)) return undefined;
  const program = programOf(pid);
  return program === undefined || program.startsWith('postgres') ? pid : undefined;
}

/** The live server of a data directory, or undefined when there is none. Never throws. */
export function readPostmaster(dataDirectory: string): Postmaster | undefined {
  const lines = readPidFile(dataDirectory);
  const pid = lines === undefined ? undefined : livePid(lines);
  if (lines === undefined || pid === undefined) return undefined;
  // Lines: pid, data directory, start time, port, socket directory, listen address, shared memory, status.
  return {
    pid,
    port: Number(lines[3] ?? ''),
    socketDirectory: lines[4] ?? '',
    listenAddress: lines[5] ?? '',
    ready: (lines[7] ?? '').startsWith('ready'),
    origin: origin(dataDirectory, Number(lines[2] ?? '')),
  };
}

/**
 * Removes a `postmaster.pid` whose process id is taken by a zombie or by another program, which
 * PostgreSQL cannot tell from a server. One that names no process at all is left to PostgreSQL,
 * which also looks whether old backends still hold the shared memory. True when it removed one.
 */
export function removeMisleadingPidFile(dataDirectory: string): boolean {
  const lines = readPidFile(dataDirectory);
  if (lines === undefined || livePid(lines) !== undefined) return false;
  try {
    process.kill(Number(lines[0]), 0);
  } catch {
    return false;
  }
  rmSync(join(dataDirectory, 'postmaster.pid'), { force: true });
  return true;
}

/** Bytes in a file; 0 when there is none. */
export function fileSize(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}

/** The last lines of a log, at most `count`, of what was written after byte `from`. */
export function lastLines(path: string, count: number, from = 0): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return '';
  }
  try {
    const { size } = fstatSync(file);
    const start = Math.max(from, size - 64 * 1024);
    const buffer = Buffer.alloc(Math.max(0, size - start));
    const length = readSync(file, buffer, 0, buffer.length, start);
    return buffer.toString('utf8', 0, length).trimEnd().split('\n').slice(-count).join('\n');
  } finally {
    closeSync(file);
  }
}
