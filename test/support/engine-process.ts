// The real command line as a process of its own: to be killed, interrupted and raced.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/lms-db.js', import.meta.url));

/** How a process ended. */
export interface Ended {
  /** Undefined when a signal killed it. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running lms-db. */
export interface Running {
  readonly ended: Promise<Ended>;
  /** What it has said on stderr so far. */
  readonly said: () => string;
  readonly signal: (signal: 'SIGKILL' | 'SIGTERM' | 'SIGINT') => void;
}

/** The part of the JSON envelope that the tests look at. */
export interface Envelope {
  readonly exitCode: number;
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string };
  readonly targets: readonly {
    readonly outcomes: readonly { readonly version: string; readonly status: string }[];
    readonly error?: { readonly code: string; readonly message: string; readonly hint?: string };
  }[];
}

/** Starts the built command line, with nothing of this process's surroundings that could choose a database. */
export function startLmsDb(cwd: string, args: readonly string[]): Running {
  const { PATH = '', HOME = '/tmp' } = process.env;
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd,
    env: { PATH, HOME, NO_COLOR: '1', LMS_DB_CACHE: join(cwd, '.cache') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return {
    ended: new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code: code ?? undefined, stdout, stderr }));
    }),
    said: () => stderr,
    signal: (signal) => void child.kill(signal),
  };
}

/** The envelope that a run with --json printed. */
export function envelopeOf(ended: Ended): Envelope {
  try {
    return JSON.parse(ended.stdout) as Envelope;
  } catch {
    throw new Error(`no JSON on stdout: ${ended.stdout}\n${ended.stderr}`);
  }
}
