import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { BackendError, InterruptedError } from '../core/errors.ts';
import type { ConnectionParameters } from './parameters.ts';

/** The pg_dump that is used, and its version. */
export interface PgDump {
  /** A path, or a name that PATH knows. */
  readonly program: string;
  /** `15.18`. */
  readonly version: string;
  readonly major: number;
}

/** Asks a pg_dump for its version. Throws BackendError when there is none. */
export async function pgDumpAt(program: string): Promise<PgDump> {
  let said: string;
  try {
    said = (await promisify(execFile)(program, ['--version'])).stdout;
  } catch (cause) {
    throw new BackendError(`there is no pg_dump here: "${program}" cannot be run`, {
      hint: 'install the PostgreSQL client tools, or name the program in PG_DUMP',
      cause,
    });
  }
  const version = /(\d+)(?:\.\d+|devel|beta\d+|rc\d+)*/.exec(said);
  if (version === null) {
    throw new BackendError(`"${program} --version" says "${said.trim()}", which is no version of pg_dump`);
  }
  return { program, version: version[0], major: Number(version[1]) };
}

/** pg_dump reads servers of its own major version and older ones (app-pgdump.html). Throws BackendError. */
export function requirePgDumpFor(dump: PgDump, serverVersion: number): void {
  const server = Math.floor(serverVersion / 10_000);
  if (dump.major >= server) return;
  throw new BackendError(`pg_dump ${dump.version} is too old for a server of PostgreSQL ${server}`, {
    hint: `install the client tools of PostgreSQL ${server} or newer, name its pg_dump in PG_DUMP, or leave --pg-dump out`,
  });
}

/** How a run of pg_dump is asked for. */
export interface PgDumpRun {
  readonly program: string;
  readonly parameters: ConnectionParameters;
  /** Beyond those that say where to connect. */
  readonly arguments: readonly string[];
  readonly signal: AbortSignal;
  /** What is said when it fails: what was not done, and what may help. */
  readonly words: {
    readonly missing: string;
    readonly missingHint: string;
    readonly failed: string;
    readonly failedHint: string;
  };
}

/** Runs pg_dump and gives back what it wrote to stdout. Throws BackendError, InterruptedError. */
export async function pgDumpOutput(run: PgDumpRun): Promise<string> {
  const { program, parameters, signal, words } = run;
  const { host, port, user, database, password, ssl } = parameters;
  const child = spawn(
    program,
    [
      '--no-password',
      `--host=${host}`,
      `--port=${String(port)}`,
      `--username=${user}`,
      ...run.arguments,
      database,
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
      // The password goes through the environment, where other users do not see it, unlike an argument.
      env: {
        ...process.env,
        ...(password === undefined ? {} : { PGPASSWORD: password }),
        ...(ssl === false ? { PGSSLMODE: 'disable' } : {}),
      },
    },
  );
  let [written, said] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000);
  });
  await new Promise<void>((done, failed) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (signal.aborted) failed(signal.reason instanceof InterruptedError ? signal.reason : error);
      else if (error.code === 'ENOENT') {
        failed(new BackendError(words.missing, { hint: words.missingHint, cause: error }));
      } else failed(error);
    });
    child.on('close', (code) => {
      if (code === 0) done();
      else failed(new BackendError(`${words.failed}: ${said.trim()}`, { hint: words.failedHint }));
    });
  });
  return written;
}
