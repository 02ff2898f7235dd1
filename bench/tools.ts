// The tools that are compared: how each is given the sample, and how it is run, as its own documentation says.
import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { Command } from './measure.ts';
import type { Sample } from './sample.ts';

/** A tool with its files in place. */
export interface Tool {
  readonly name: string;
  readonly apply: (url: string) => Command;
  /** Undefined where the tool cannot do it in one run; `noDown` then says why. */
  readonly down?: ((url: string) => Command) | undefined;
  readonly noDown?: string | undefined;
  /** False for a floor that does not look at what is applied: to run it again would be a mistake. */
  readonly repeats?: boolean | undefined;
  /** SQL for the number of migrations that it recorded. */
  readonly recorded: string;
}

/** Where things lie. */
export interface Places {
  /** The folder of this project. */
  readonly root: string;
  /** The folder of the peers, installed. */
  readonly peers: string;
  /** A temporary folder. */
  readonly scratch: string;
}

const LMS_DB_RECORDED = 'select count(*)::int from lms_db.migrations';

function folder(...parts: readonly string[]): string {
  const path = join(...parts);
  mkdirSync(path, { recursive: true });
  return path;
}

/** The environment of a tool: its database, and nothing that would lead it to another one. */
function environment(url: string): Record<string, string> {
  return { DATABASE_URL: url, NO_COLOR: '1', NODE_ENV: 'development', CI: '' };
}

/** lms-db, which is asked for more than its peers. */
export interface LmsDb extends Tool {
  readonly run: (url: string, ...words: readonly string[]) => Command;
}

/** A build of lms-db; `program` is its bin/lms-db.js. */
export function lmsDb(name: string, program: string, { scratch }: Places, { migrations }: Sample): LmsDb {
  const home = folder(scratch, 'lms-db');
  for (const { version, name, up, down } of migrations) {
    writeFileSync(join(folder(home, 'migrations'), `${version}-${name}.sql`), up);
    writeFileSync(join(folder(home, 'rollbacks'), `${version}-${name}.sql`), down);
  }
  const run = (url: string, ...words: readonly string[]): Command => ({
    program: process.execPath,
    arguments: [program, ...words],
    cwd: home,
    env: environment(url),
  });
  return {
    name,
    run,
    apply: (url) => run(url, 'up'),
    down: (url) => run(url, 'down', '--all'),
    recorded: LMS_DB_RECORDED,
  };
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const HISTORY = `create schema lms_db;
create table lms_db.migrations (version text primary key, name text not null, checksum text not null,
  migration_text text not null, rollback_text text not null, applied_at timestamptz not null default clock_timestamp());
`;

interface Transactions {
  readonly up: readonly string[];
  readonly down: readonly string[];
}

/** What every program must send at least: the file and its history row in one transaction. */
function transactionsOf({ migrations }: Sample): Transactions {
  return {
    up: migrations.map(({ version, name, up, down }) => {
      const checksum = createHash('sha256').update(up).digest('hex');
      const values = [version, name, checksum, up, down].map(quoted).join(', ');
      return `begin;\n${up}insert into lms_db.migrations (version, name, checksum, migration_text, rollback_text) values (${values});\ncommit;\n`;
    }),
    down: migrations
      .toReversed()
      .map(
        ({ version, down }) =>
          `begin;\n${down}delete from lms_db.migrations where version = ${quoted(version)};\ncommit;\n`,
      ),
  };
}

/** One psql process that runs one script. */
export function psql(program: string, { scratch }: Places, sample: Sample): Tool {
  const home = folder(scratch, 'psql');
  const { up, down } = transactionsOf(sample);
  writeFileSync(join(home, 'up.sql'), HISTORY + up.join(''));
  writeFileSync(join(home, 'down.sql'), down.join(''));
  const run = (url: string, script: string): Command => ({
    program,
    arguments: ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', url, '-f', script],
    cwd: home,
    env: environment(url),
  });
  return {
    name: 'psql, a transaction per migration',
    apply: (url) => run(url, 'up.sql'),
    down: (url) => run(url, 'down.sql'),
    repeats: false,
    recorded: LMS_DB_RECORDED,
  };
}

/** A script with pg that sends 64 migrations a message. */
export function pipelined({ root, scratch }: Places, sample: Sample): Tool {
  const home = folder(scratch, 'pipelined');
  const { up, down } = transactionsOf(sample);
  writeFileSync(join(home, 'up.json'), JSON.stringify([HISTORY, ...up]));
  writeFileSync(join(home, 'down.json'), JSON.stringify(down));
  const run = (url: string, script: string): Command => ({
    program: process.execPath,
    arguments: [join(root, 'bench/floor/pipelined.js'), script],
    cwd: home,
    env: environment(url),
  });
  return {
    name: 'raw pg, 64 transactions a message',
    apply: (url) => run(url, 'up.json'),
    down: (url) => run(url, 'down.json'),
    repeats: false,
    recorded: LMS_DB_RECORDED,
  };
}

/** A folder in which a peer finds its own packages. */
function peerHome({ peers, scratch }: Places, name: string): string {
  const home = folder(scratch, name);
  symlinkSync(join(peers, 'node_modules'), join(home, 'node_modules'), 'junction');
  return home;
}

function peerCommand({ peers }: Places, home: string, script: string, ...words: readonly string[]) {
  return (url: string): Command => ({
    program: process.execPath,
    arguments: [join(peers, 'node_modules', script), ...words],
    cwd: home,
    env: environment(url),
  });
}

/** https://github.com/amacneil/dbmate: `-- migrate:up` and `-- migrate:down` in one file. */
export function dbmate(program: string, places: Places, { migrations }: Sample): Tool {
  const home = folder(places.scratch, 'dbmate');
  for (const { version, name, up, down } of migrations) {
    const text = `-- migrate:up\n${up}\n-- migrate:down\n${down}`;
    writeFileSync(join(folder(home, 'db/migrations'), `${version}_${name}.sql`), text);
  }
  return {
    name: 'dbmate',
    apply: (url) => ({
      program,
      arguments: ['--no-dump-schema', 'migrate'],
      cwd: home,
      env: environment(dbmateUrl(url)),
    }),
    noDown: 'rolls back one migration a call',
    recorded: 'select count(*)::int from schema_migrations',
  };
}

/** dbmate names the directory of a socket in a parameter of its own, and wants to be told that there is no TLS. */
function dbmateUrl(url: string): string {
  const parsed = new URL(url);
  const host = decodeURIComponent(parsed.hostname);
  if (!host.startsWith('/')) return url;
  const { username, password, port, pathname } = parsed;
  return `postgres://${username}:${password}@:${port}${pathname}?socket=${encodeURIComponent(host)}&sslmode=disable`;
}

/** https://salsita.github.io/node-pg-migrate: SQL files; a transaction for each migration. */
export function nodePgMigrate(places: Places, { migrations }: Sample): Tool {
  const home = peerHome(places, 'node-pg-migrate');
  for (const { version, name, up, down } of migrations) {
    const text = `-- Up Migration\n${up}\n-- Down Migration\n${down}`;
    writeFileSync(join(folder(home, 'migrations'), `${version}_${name}.sql`), text);
  }
  const run = (...words: readonly string[]) =>
    peerCommand(
      places,
      home,
      'node-pg-migrate/bin/node-pg-migrate.js',
      ...words,
      '--no-single-transaction',
      '--no-verbose',
    );
  return {
    name: 'node-pg-migrate',
    apply: run('up'),
    down: run('down', String(migrations.length)),
    recorded: 'select count(*)::int from pgmigrations',
  };
}

/** https://github.com/graphile/migrate: committed migrations, chained by their hashes. */
export function graphileMigrate(places: Places, { migrations }: Sample): Tool {
  const home = peerHome(places, 'graphile-migrate');
  let previous = '';
  for (const [index, { up }] of migrations.entries()) {
    const hash = `sha1:${createHash('sha1')
      .update(`${`${previous}\n${up.trim()}`.trim()}\n`)
      .digest('hex')}`;
    const text = `--! Previous: ${previous === '' ? '-' : previous}\n--! Hash: ${hash}\n\n${up.trim()}\n`;
    const fileName = `${String(index + 1).padStart(6, '0')}.sql`;
    writeFileSync(join(folder(home, 'migrations/committed'), fileName), text);
    previous = hash;
  }
  writeFileSync(join(home, '.gmrc'), '{}\n');
  return {
    name: 'graphile-migrate',
    apply: peerCommand(places, home, 'graphile-migrate/dist/cli.js', 'migrate'),
    noDown: 'has no rollbacks',
    recorded: 'select count(*)::int from graphile_migrate.migrations',
  };
}

/** https://knexjs.org/guide/migrations.html: a module for each migration, a transaction for each of them. */
export function knex(places: Places, { migrations }: Sample): Tool {
  const home = peerHome(places, 'knex');
  for (const { version, name, up, down } of migrations) {
    const text = `exports.up = (knex) => knex.raw(${JSON.stringify(up)});\nexports.down = (knex) => knex.raw(${JSON.stringify(down)});\n`;
    writeFileSync(join(folder(home, 'migrations'), `${version}_${name}.js`), text);
  }
  writeFileSync(
    join(home, 'knexfile.js'),
    "module.exports = { client: 'pg', connection: { connectionString: process.env.DATABASE_URL } };\n",
  );
  return {
    name: 'knex',
    apply: peerCommand(places, home, 'knex/bin/cli.js', 'migrate:latest'),
    down: peerCommand(places, home, 'knex/bin/cli.js', 'migrate:rollback', '--all'),
    recorded: 'select count(*)::int from knex_migrations',
  };
}

/** Where a program lies on PATH; undefined when it is not there. */
export function onPath(name: string, isFile: (path: string) => boolean): string | undefined {
  const names = process.platform === 'win32' ? [`${name}.exe`] : [name];
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((directory) => names.map((candidate) => join(directory, candidate)))
    .find((path) => dirname(path) !== '.' && isFile(path));
}
