// An independent judge of a schema: pg_dump, on a server that it can read.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '../../src/backends/connect.ts';
import type { ConnectionParameters } from '../../src/backends/parameters.ts';
import { pgDumpAt, pgDumpOutput } from '../../src/backends/pg-dump.ts';
import type { PgDump } from '../../src/backends/pg-dump.ts';
import { pgDumpText } from '../../src/core/snapshot/pg-dump-text.ts';
import { serverParameters } from './database.ts';
import { until } from './engine-server.ts';

/** A server, and the pg_dump that reads it. */
export interface Judge {
  readonly dump: PgDump;
  readonly server: ConnectionParameters;
  /** The major version of the server. */
  readonly major: number;
  /** The schema of a database as pg_dump has it, without what differs from run to run. */
  readonly schemaOf: (database: ConnectionParameters) => Promise<string>;
  readonly close: () => Promise<void>;
}

/**
 * The pg_dump of PG_DUMP or PATH, with the server of the run where it is not too new for it, else with one
 * started from the binaries beside it, as pg_config names them. Undefined, and why, where there is none.
 */
export async function findJudge(): Promise<Judge | { readonly missing: string }> {
  const program = process.env['PG_DUMP'] ?? 'pg_dump';
  const dump = await pgDumpAt(program).catch(() => undefined);
  if (dump === undefined) return { missing: 'there is no pg_dump on PATH, and none in PG_DUMP' };
  const judge = (server: ConnectionParameters, major: number, close: () => Promise<void>): Judge => ({
    dump,
    server,
    major,
    schemaOf: async (parameters) =>
      pgDumpText(
        await pgDumpOutput({
          program,
          parameters,
          arguments: ['--schema-only', '--exclude-schema=lms_db'],
          signal: new AbortController().signal,
          words: { missing: '', missingHint: '', failed: 'pg_dump failed', failedHint: '' },
        }),
      ),
    close,
  });
  const session = await connect(serverParameters(), 'look');
  const major = Math.floor(session.serverVersion / 10_000);
  await session.close();
  if (major <= dump.major) return judge(serverParameters(), major, () => Promise.resolve());
  const binaries = folderOfBinaries();
  if (binaries === undefined) {
    return {
      missing: `pg_dump ${dump.version} cannot read PostgreSQL ${major}, and no older server is beside it`,
    };
  }
  const local = await startServer(binaries);
  return judge(local.server, dump.major, local.close);
}

function folderOfBinaries(): string | undefined {
  try {
    const folder = execFileSync('pg_config', ['--bindir'], { encoding: 'utf8' }).trim();
    for (const program of ['initdb', 'postgres']) execFileSync(join(folder, program), ['--version']);
    return folder;
  } catch {
    return undefined;
  }
}

async function startServer(
  binaries: string,
): Promise<{ readonly server: ConnectionParameters; readonly close: () => Promise<void> }> {
  const folder = mkdtempSync('/tmp/lms-db-test-');
  // PostgreSQL refuses to run as root.
  const ids = process.getuid?.() === 0 ? systemUser() : {};
  chmodSync(folder, 0o700);
  if (ids.uid !== undefined) chownSync(folder, ids.uid, ids.gid ?? 0);
  const data = join(folder, 'data');
  execFileSync(
    join(binaries, 'initdb'),
    ['--pgdata', data, '--auth=trust', '--username=postgres', '--encoding=UTF8', '--locale=C', '--no-sync'],
    { stdio: 'ignore', cwd: folder, ...ids },
  );
  const child = spawn(
    join(binaries, 'postgres'),
    ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off', '-c', 'max_connections=100'],
    { stdio: 'ignore', cwd: folder, ...ids },
  );
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const server = { host: folder, port: 5432, user: 'postgres', database: 'postgres', ssl: false } as const;
  await until(async () => {
    const session = await connect(server, 'look').catch(() => undefined);
    await session?.close();
    return session !== undefined;
  }, 'the server takes connections');
  return {
    server,
    close: async () => {
      child.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function systemUser(): { readonly uid?: number; readonly gid?: number } {
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string): number => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // The next one may exist.
    }
  }
  return {};
}
