import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { targetOf } from '../../../src/config/choose-target.ts';
import type { TargetChoice } from '../../../src/config/choose-target.ts';
import type { Variables } from '../../../src/config/config.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { projectOf } from '../../../src/config/projects.ts';
import type { ConfigFlags } from '../../../src/config/settings.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lms-db-target-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

async function choose(flags: ConfigFlags, env: Variables, file?: unknown): Promise<TargetChoice> {
  if (file !== undefined) writeFileSync(join(root, 'lms-db.config.json'), JSON.stringify(file));
  const config = await loadConfig({ cwd: root, env, flags });
  return targetOf(config, projectOf(config));
}

const url = (host: string): string => `postgres://${host}/d`;

describe('targetOf', () => {
  it.each<[string, ConfigFlags, Variables, unknown, object]>([
    [
      '--url first',
      { url: url('a') },
      { LMS_DB_URL: url('b') },
      { url: url('c') },
      { url: url('a'), source: '--url' },
    ],
    [
      'then LMS_DB_URL',
      {},
      { LMS_DB_URL: url('b'), DATABASE_URL: url('d') },
      { url: url('c') },
      { url: url('b'), source: 'LMS_DB_URL' },
    ],
    [
      'then the url of the project',
      {},
      { DATABASE_URL: url('d') },
      { url: url('c'), projects: { p: { url: url('p') } } },
      { url: url('p'), source: 'projects.p.url in lms-db.config.json' },
    ],
    [
      'then that of the config',
      {},
      { DATABASE_URL: url('d') },
      { url: url('c') },
      { url: url('c'), source: 'url in lms-db.config.json' },
    ],
    [
      'then DATABASE_URL',
      {},
      { DATABASE_URL: url('d'), PGHOST: 'h' },
      {},
      { url: url('d'), source: 'DATABASE_URL' },
    ],
    [
      'then the PG* variables',
      {},
      { PGHOST: 'h', PGDATABASE: 'd', PGSSLMODE: 'require' },
      {},
      { source: 'PGHOST, PGDATABASE' },
    ],
  ])('takes %s', async (_, flags, env, file, expected) => {
    expect(await choose(flags, env, file)).toEqual({ kind: 'server', ...expected });
  });

  it('takes the embedded PostgreSQL when nothing is named', async () => {
    expect(await choose({}, { PGPASSWORD: 'x', PGSSLMODE: 'require', CI: 'false' })).toEqual({
      kind: 'embedded',
      directory: join(root, '.lms-db'),
      port: undefined,
    });
  });

  it('takes the backend that is asked for, whatever else is named', async () => {
    const env = { DATABASE_URL: url('d'), CI: 'true', NODE_ENV: 'production' };
    expect((await choose({ embedded: true }, env)).kind).toBe('embedded');
    expect((await choose({ container: true }, env)).kind).toBe('container');
  });

  it.each<[Variables, string]>([
    [{ CI: 'true' }, 'no database is named, and CI is set'],
    [{ CI: '1' }, 'no database is named, and CI is set'],
    [{ NODE_ENV: 'production' }, 'no database is named, and NODE_ENV is production'],
    [
      { LMS_DB_ENV: 'production' },
      'no database is named, and the environment is production, which is protected',
    ],
  ])('never takes the embedded one in silence with %j', async (env, message) => {
    await expect(choose({}, env)).rejects.toMatchObject({
      message,
      exitCode: 2,
      hint: 'name it with --url, DATABASE_URL or the PG* variables; --embedded asks for the embedded PostgreSQL all the same',
    });
  });
});
