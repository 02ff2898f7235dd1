import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load-config.ts';
import { projectOf } from '../../../src/config/projects.ts';
import { ConfigError } from '../../../src/core/errors.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lms-db-config-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function load(content: unknown) {
  writeFileSync(join(root, 'lms-db.config.json'), JSON.stringify(content));
  return loadConfig({ cwd: root, env: {}, flags: {} });
}

const tenancy = { column: 'academy_id', root: 'app.academies' };
const builtin = { allow: { 'missing-primary-key': ['log', 'public.audit'] } };

describe('tenancy and builtin in the config', () => {
  it('belong to a project', async () => {
    const config = await load({ projects: { a: { tenancy, builtin }, b: {} } });
    expect(projectOf(config, 'a')).toMatchObject({ tenancy, allowed: builtin.allow });
    expect(projectOf(config, 'b').tenancy).toBeUndefined();
  });

  it('stand at the top of a repository with one database', async () => {
    expect(projectOf(await load({ tenancy, builtin }))).toMatchObject({ tenancy, allowed: builtin.allow });
  });

  it('tell every mistake', async () => {
    const error: unknown = await load({
      projects: {
        a: { tenancy: { colum: 'x', root: 'a.b.c' }, builtin: { allow: { one: 'log', two: [1, ''] } } },
        b: { tenancy: 'academy_id', builtin: ['log'] },
        c: { builtin: { alow: {} } },
        d: { builtin: { allow: ['log'] } },
      },
    }).catch((thrown: unknown) => thrown);
    if (!(error instanceof ConfigError)) throw new Error('no mistake was found');
    expect(error.mistakes).toEqual([
      'lms-db.config.json: projects.a.tenancy.colum: unknown key; did you mean column?',
      'lms-db.config.json: projects.a.tenancy.column: is missing',
      'lms-db.config.json: projects.a.tenancy.root: "a.b.c" is not the name of a table: write academies or app.academies',
      'lms-db.config.json: projects.a.builtin.allow.one: is text and must be a list of tables or other objects',
      'lms-db.config.json: projects.a.builtin.allow.two: is a number and must be text',
      'lms-db.config.json: projects.a.builtin.allow.two: is empty',
      'lms-db.config.json: projects.b.tenancy: is text and must be an object with column and root',
      'lms-db.config.json: projects.b.builtin: is a list and must be an object with allow',
      'lms-db.config.json: projects.c.builtin.alow: unknown key; did you mean allow?',
      'lms-db.config.json: projects.d.builtin.allow: is a list and must be an object of lists by check',
    ]);
  });

  it('are refused beside projects', async () => {
    await expect(load({ tenancy, projects: { a: {} } })).rejects.toThrow(
      'tenancy: belongs to a project: move it into projects.<name>',
    );
  });
});
