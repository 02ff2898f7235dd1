import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The program as a person runs it. */
export const PROGRAM = join(import.meta.dirname, '../../bin/lms-db.js');

/** What a run of the program left. */
export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How the program is run. */
export interface RunOptions {
  readonly cwd?: string | undefined;
  /** Beside PATH and an empty home: nothing of the environment of the tests gets in. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** Environment of a spawned program. */
export function cleanEnvironment(env: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: join(tmpdir(), 'lms-db-no-home'),
    LC_ALL: 'C.UTF-8',
    ...env,
  };
}

/** Starts the program; its output is collected by `outcomeOf`. */
export function start(args: readonly string[], options: RunOptions = {}): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: options.cwd ?? tmpdir(),
    env: cleanEnvironment(options.env),
  });
  child.stdin.end();
  return child;
}

/** Waits for the end of a program that was started. */
export function outcomeOf(child: ChildProcessWithoutNullStreams): Promise<Ran> {
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** Runs the program to its end, without a terminal. */
export function lmsDb(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return outcomeOf(start(args, options));
}

/** Resolves when a stream has said something that matches; rejects when it ends before. */
export function said(stream: NodeJS.ReadableStream, pattern: RegExp): Promise<RegExpExecArray> {
  let text = '';
  return new Promise((resolve, reject) => {
    stream.on('data', (chunk: Buffer | string) => {
      text += String(chunk);
      const match = pattern.exec(text);
      if (match !== null) resolve(match);
    });
    stream.on('end', () => reject(new Error(`it never said ${String(pattern)}:\n${text}`)));
  });
}

/** The envelope as far as tests look into it. */
export interface Envelope {
  readonly formatVersion: number;
  readonly command: string | null;
  readonly ok: boolean;
  readonly exitCode: number;
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string };
  readonly findings: readonly {
    readonly code: string;
    readonly severity: string;
    readonly message: string;
  }[];
  readonly notes?: readonly string[];
  readonly targets: readonly {
    readonly target: { readonly project: string; readonly database: string; readonly environment: string };
    readonly outcomes: readonly {
      readonly version: string;
      readonly status: string;
      readonly duration: number;
    }[];
    readonly findings: readonly {
      readonly code: string;
      readonly severity: string;
      readonly message: string;
    }[];
    readonly migrations?: readonly {
      readonly version: string;
      readonly state: string;
      readonly appliedAt?: string;
    }[];
    readonly events?: readonly { readonly kind: string; readonly at: string; readonly message?: string }[];
    readonly plan?: { readonly steps: readonly { readonly version: string }[] };
    readonly duration: number;
    readonly exitCode: number;
  }[];
}

/** The one JSON document on stdout. */
export function envelopeOf({ stdout }: Ran): Envelope {
  return JSON.parse(stdout) as Envelope;
}
