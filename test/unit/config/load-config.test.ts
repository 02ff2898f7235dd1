import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Config, Variables } from '../../../src/config/config.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { projectOf } from '../../../src/config/projects.ts';
import { SETTINGS } from '../../../src/config/settings.ts';
import type { ConfigFlags } from '../../../src/config/settings.ts';
import { ConfigError, UsageError } from '../../../src/core/errors.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lms-db-config-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(path: string, content: unknown): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
}

async function load(flags: ConfigFlags = {}, env: Variables = {}, cwd = root): Promise<Config> {
  return loadConfig({ cwd, env, flags });
}

async function failure(flags: ConfigFlags = {}, env: Variables = {}): Promise<ConfigError> {
  const error: unknown = await load(flags, env).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ConfigError)) throw new Error(`no ConfigError but ${String(error)}`);
  return error;
}

describe('loadConfig', () => {
  it('needs no file', async () => {
    expect(await load()).toEqual({
      root,
      file: undefined,
      projects: [
        {
          name: 'database',
          directories: {
            migrations: 'migrations',
            rollbacks: 'rollbacks',
            checks: 'checks',
            seeds: 'seeds',
            types: 'types/database.ts',
            snapshot: 'schema.sql',
            rehearsals: 'rehearsals/database.json',
          },
          postgres: 14,
          url: undefined,
        },
      ],
      defaultProject: undefined,
      environment: 'development',
      environmentIsGiven: false,
      protectedEnvironments: ['production'],
      historySchema: 'lms_db',
      settings: {
        lockTimeout: 3000,
        lockAttempts: 5,
        statementTimeout: 600_000,
        idleInTransactionTimeout: 60_000,
        lockWait: 60_000,
      },
      embedded: { directory: join(root, '.lms-db'), port: undefined },
      givenUrl: undefined,
      fileUrl: undefined,
      backend: undefined,
      variables: {},
    });
  });

  it('documents the defaults as they are', () => {
    for (const { fallback, value, parse } of Object.values(SETTINGS)) {
      if (fallback !== undefined) expect(parse(fallback).value).toEqual(value);
    }
  });

  it('finds the file above the current folder', async () => {
    write('lms-db.config.json', { name: 'shop', embedded: { directory: 'data' } });
    write('migrations/old/x.sql', '');
    const config = await load({}, {}, join(root, 'migrations/old'));
    expect(config.root).toBe(root);
    expect(config.file).toBe(join(root, 'lms-db.config.json'));
    expect(config.embedded.directory).toBe(join(root, 'data'));
    expect(projectOf(config).name).toBe('shop');
  });

  it('reads several projects, each in folders of its own', async () => {
    write('lms-db.config.json', {
      defaultProject: 'lms',
      projects: {
        lms: { postgres: '>=15' },
        enpyco: { directories: { migrations: './sql\\up/' }, url: 'postgres://h/e' },
      },
    });
    const config = await load();
    expect(projectOf(config)).toMatchObject({
      name: 'lms',
      postgres: 15,
      directories: { migrations: 'migrations/lms' },
    });
    expect(projectOf(config, 'enpyco')).toMatchObject({
      postgres: 14,
      url: 'postgres://h/e',
      directories: { migrations: 'sql/up', rollbacks: 'rollbacks/enpyco' },
    });
    expect(() => projectOf(config, 'enpico')).toThrow(
      new UsageError('there is no project "enpico"', { hint: 'did you mean enpyco?' }),
    );
  });

  it('asks for a project where there are several and none is the default', async () => {
    write('lms-db.config.json', { projects: { a: {}, b: {} } });
    const config = await load();
    expect(() => projectOf(config)).toThrow('there are several projects: a, b');
    expect(projectOf(await load({ project: 'b' })).name).toBe('b');
  });

  it('reads a .js and a .ts file', async () => {
    write('package.json', { type: 'module' });
    write('lms-db.config.js', 'export default { name: "from-js", lockTimeout: "1s" };');
    expect(projectOf(await load()).name).toBe('from-js');
    rmSync(join(root, 'lms-db.config.js'));
    write(
      'lms-db.config.ts',
      'const name: string = "from-ts";\nexport default { name, lockTimeout: "2s" as const };',
    );
    const config = await load();
    expect(projectOf(config).name).toBe('from-ts');
    expect(config.settings.lockTimeout).toBe(2000);
  });

  it('takes flag before variable before file before default', async () => {
    write('lms-db.config.json', { lockTimeout: '3s', statementTimeout: '3s', lockWait: '3s' });
    const { settings } = await load(
      { lockTimeout: '1s' },
      { LMS_DB_LOCK_TIMEOUT: '2s', LMS_DB_STATEMENT_TIMEOUT: '2s' },
    );
    expect(settings).toEqual({
      lockTimeout: 1000,
      statementTimeout: 2000,
      lockWait: 3000,
      lockAttempts: 5,
      idleInTransactionTimeout: 60_000,
    });
  });

  it('reads .env, which the real environment outdoes, and changes neither', async () => {
    write('lms-db.config.json', {});
    write('.env', 'LMS_DB_ENV=staging\nLMS_DB_LOCK_TIMEOUT=2s\nDATABASE_URL=\nPGUSER="app"\n');
    const env = { LMS_DB_ENV: 'production', EMPTY: '' };
    const before = { ...process.env };
    const config = await load({}, env);
    expect(config.environment).toBe('production');
    expect(config.environmentIsGiven).toBe(true);
    expect(config.settings.lockTimeout).toBe(2000);
    expect(config.variables).toEqual({ LMS_DB_ENV: 'production', LMS_DB_LOCK_TIMEOUT: '2s', PGUSER: 'app' });
    expect(env).toEqual({ LMS_DB_ENV: 'production', EMPTY: '' });
    expect(process.env).toEqual(before);
  });

  it('takes a folder that was typed from where one stands', async () => {
    write('lms-db.config.json', {});
    mkdirSync(join(root, 'sub'));
    expect((await load({ embeddedDirectory: 'data' }, {}, join(root, 'sub'))).embedded.directory).toBe(
      join(root, 'sub/data'),
    );
  });

  it('reads the file that is named', async () => {
    write('ci/other.json', { name: 'other' });
    expect(projectOf(await load({ config: 'ci/other.json' })).name).toBe('other');
    expect(projectOf(await load({}, { LMS_DB_CONFIG: 'ci/other.json' })).name).toBe('other');
    expect((await failure({ config: 'none.json' })).message).toBe(
      `there is no config file ${join(root, 'none.json')}`,
    );
  });

  it('lists every mistake of every source at once', async () => {
    write('lms-db.config.json', {
      lockTimeuot: '3s',
      url: 5,
      environment: 'reference',
      protectedEnvironments: 'production, pro duction',
      historySchema: 'public',
      lockTimeout: 3000,
      lockAttempts: 0,
      statementTimeout: '3 parsecs',
      embedded: { port: '70000', dir: 'x' },
      name: 'x',
      projects: {
        'My Shop': {},
        a: { postgres: '>=9', postgress: 15, directories: { seed: 'x', types: '' } },
        b: 7,
      },
    });
    const error = await failure({ lockWait: '5', url: '' }, { LMS_DB_HISTORY_SCHEMA: 'pg_lms' });
    const file = 'lms-db.config.json:';
    expect(error.exitCode).toBe(2);
    expect(error.mistakes).toEqual([
      `${file} lockTimeuot: unknown key; did you mean lockTimeout?`,
      `${file} embedded.dir: unknown key; known are directory, port`,
      `${file} name: belongs to a project: move it into projects.<name>`,
      `${file} projects.My Shop: "My Shop" is not a name: lower-case letters, digits, - and _, at most 63`,
      `${file} projects.a.postgress: unknown key; did you mean postgres?`,
      `${file} projects.a.postgres: 9 is older than lms-db runs on; 14 is the oldest`,
      `${file} projects.a.directories.seed: unknown key; did you mean seeds?`,
      `${file} projects.a.directories.types: is empty`,
      `${file} projects.b: is a number and must be an object; {} is enough`,
      `${file} url: is a number and must be text`,
      '--url: is empty',
      `${file} environment: "reference" cannot be an environment: seeds/reference is for all of them`,
      `${file} protectedEnvironments: "pro duction" is not a name: letters, digits, - and _, at most 63`,
      `${file} historySchema: "public" is for the tables of the application: the history needs a schema of its own`,
      'LMS_DB_HISTORY_SCHEMA: "pg_lms" belongs to PostgreSQL',
      `${file} lockTimeout: 3000 has no unit; write "3000ms" or "3000s"`,
      `${file} lockAttempts: 0 is not a whole number from 1 to 100`,
      `${file} statementTimeout: "3 parsecs" has the unit "parsecs", which is not one of ms, s, min, h, d; write 500ms, 2s, 10min or 1h; 0 is no limit`,
      '--lock-wait: "5" has no unit; write 500ms, 2s, 10min or 1h; 0 is no limit',
      `${file} embedded.port: 70000 is not a whole number from 1 to 65535`,
    ]);
    expect(error.message).toMatch(/^the configuration \(lms-db\.config\.json\) has 20 mistakes:\n {2}lms-db/);
  });

  it.each<[string, ConfigFlags, string]>([
    [
      'two backends',
      { embedded: true, container: true },
      '--embedded and --container: only one database can be chosen',
    ],
    [
      'a URL beside a backend',
      { embedded: true, url: 'postgres://h/d' },
      '--url and --embedded: only one database can be chosen',
    ],
  ])('refuses %s', async (_, flags, mistake) => {
    expect((await failure(flags)).mistakes).toEqual([mistake]);
  });

  it('refuses two config files at once', async () => {
    write('lms-db.config.json', {});
    write('lms-db.config.ts', '');
    expect((await failure()).message).toBe(`${root} has lms-db.config.json and lms-db.config.ts`);
  });

  it('says where a file is not JSON', async () => {
    write('lms-db.config.json', '{\n  "name": "x",\n}\n');
    const error = await failure();
    expect(error.message).toBe('lms-db.config.json:2:14 is not JSON: this comma is one too many: } follows');
    expect(error.place).toEqual({ file: 'lms-db.config.json', line: 2, column: 14 });
  });

  it.each([
    ['[]', 'lms-db.config.json holds a list where the settings are expected'],
    ['null', 'lms-db.config.json holds null where the settings are expected'],
  ])('refuses %s', async (text, message) => {
    write('lms-db.config.json', text);
    expect((await failure()).message).toBe(message);
  });

  it('says that a config module fails, or exports nothing', async () => {
    write('lms-db.config.ts', 'throw new Error("no vault");');
    expect((await failure()).message).toBe('lms-db.config.ts fails when it is loaded: no vault');
    rmSync(join(root, 'lms-db.config.ts'));
    write('package.json', { type: 'module' });
    write('lms-db.config.js', 'export const config = {};');
    expect((await failure()).message).toBe('lms-db.config.js has no default export');
  });
});
