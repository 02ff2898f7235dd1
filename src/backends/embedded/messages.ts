// What lms-db processes and the keeper say to each other: one JSON object a line on the control
// socket. Imports node: modules only: the keeper uses it too.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a process hands to the keeper that it starts, on its standard input. */
export interface KeeperConfig {
  readonly home: string;
  /** What releases the folder's lock, which the keeper takes over from its starter. */
  readonly lock: string;
  readonly data: string;
  readonly postgres: string;
  /** Such as `18.4`; passed on to those who join. */
  readonly version: string;
  /** Who runs the server; undefined: the keeper's own user. */
  readonly account?: { readonly uid: number; readonly gid: number } | undefined;
  readonly settings: readonly (readonly [name: string, value: string])[];
  /** Byte of the server's log at which this start begins. */
  readonly logStart: number;
  /** The folder goes when the server has stopped, and nothing in it is worth a checkpoint. */
  readonly throwaway: boolean;
}

/** What the keeper tells everybody who holds a control connection. */
export type KeeperMessage =
  | { readonly state: 'ready'; readonly host: string; readonly port: number; readonly version: string }
  | { readonly state: 'failed'; readonly message: string; readonly log: string };

/** What a process tells the keeper: that it is done, or that the server has to stop whoever uses it. */
export type ClientMessage = 'release' | 'stop';

/** Where `server.json` lies: it names the control socket of the running keeper. */
export function serverFile(home: string): string {
  return join(home, 'server.json');
}

/** The server's log. */
export function logFile(home: string): string {
  return join(home, 'server.log');
}

/** What `server.json` says. */
export interface ServerFile {
  readonly control: string;
  /** The private directory with the sockets; removed with the server. */
  readonly run: string;
}

/** The keeper that serves a folder, running or left behind; undefined when there is none. */
export function readServerFile(home: string): ServerFile | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(serverFile(home), 'utf8'));
    if (typeof content !== 'object' || content === null || !('control' in content) || !('run' in content))
      return undefined;
    const { control, run } = content;
    return typeof control === 'string' && typeof run === 'string' ? { control, run } : undefined;
  } catch {
    return undefined;
  }
}

/** Calls back for every whole line that arrives. */
export function lineReader(receive: (line: string) => void): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) receive(line);
  };
}
