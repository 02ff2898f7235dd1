import { spawn } from 'node:child_process';
import { BackendError } from '../../core/errors.ts';
import type { Account } from './account.ts';

/**
 * The environment of initdb, the server and the keeper: nothing of PG*, NODE_OPTIONS or the user's
 * locale and time zone gets in, so that a cluster is the same wherever it is made.
 */
export function plainEnvironment(): Record<string, string> {
  const kept = ['PATH', 'SYSTEMROOT', 'SystemRoot', 'TEMP', 'TMP', 'USERPROFILE', 'COMSPEC', 'PATHEXT'];
  const environment: Record<string, string> = { LC_ALL: 'C', TZ: 'UTC' };
  for (const name of kept) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

/** What a program is started with beside its arguments. */
export interface RunOptions {
  readonly account?: Account | undefined;
  readonly input?: string;
}

/**
 * Runs a program to its end and gives back what it printed. Throws BackendError with the last
 * lines of its output when it fails or cannot be started.
 */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const { account } = options;
    const child = spawn(program, args, {
      // A working directory that every user can enter; the caller's may be root's own, or gone.
      ...(process.platform === 'win32' ? {} : { cwd: '/' }),
      ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
      env: plainEnvironment(),
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    // The program may end without reading its input.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    child.on('error', (error) =>
      reject(new BackendError(`cannot run ${program}: ${error.message}`, { cause: error })),
    );
    child.on('close', (code, signal) => {
      if (code === 0) {
        resolve(output);
        return;
      }
      const lines = output.trimEnd().split('\n').slice(-10).join('\n');
      reject(new BackendError(`${program} failed (${signal ?? `exit code ${code ?? '?'}`})\n${lines}`));
    });
  });
}
