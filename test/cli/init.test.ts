import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCommand } from '../../src/cli/load-command.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { projectOf } from '../../src/config/projects.ts';
import { projectsHere } from '../support/bundled.ts';
import { lmsDb } from '../support/cli.ts';
import { privateDatabase } from '../support/database.ts';
import { temporaryProject } from '../support/project.ts';
import type { TemporaryProject } from '../support/project.ts';

const projects = await projectsHere();

/** The files below a folder, with forward slashes, sorted; none that start with a dot. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

async function configIn({ root }: TemporaryProject): Promise<object> {
  const { tenancy, allowed, types, postgres, name } = projectOf(
    await loadConfig({ cwd: root, env: {}, flags: {} }),
  );
  return { tenancy, allowed, types, postgres, name };
}

describe('init --from', () => {
  it('names every bundled project in its help', async () => {
    const { options } = await loadCommand('init');
    const text = options.map(({ description }) => description).join('\n');
    expect(projects.filter(({ project }) => !new RegExp(`\\b${project.name}\\b`).test(text))).toEqual([]);
  });

  for (const { project, runs, title } of projects) {
    const { name, directories, tenancy, allowed, types, postgres } = project;

    it(`carries files, page and settings of ${name} over`, async () => {
      const own = temporaryProject();
      try {
        const ran = await lmsDb(['init', '--from', name], { cwd: own.root });
        expect(ran, ran.stderr).toMatchObject({ code: 0 });
        for (const part of ['migrations', 'rollbacks', 'checks', 'seeds'] as const) {
          expect(filesBelow(join(own.root, part))).toEqual(filesBelow(directories[part]));
        }
        expect(await configIn(own)).toEqual({ tenancy, allowed, types, postgres, name });
        const page = readFileSync(join(own.root, 'docs/database.md'), 'utf8');
        expect(page).toContain(`# The ${name} database\n`);
        expect(page).not.toContain(`checks/${name}`);
        expect(ran.stdout).toContain('next: lms-db up · lms-db status\n');
      } finally {
        own.dispose();
      }
    });

    it.skipIf(!runs)(
      `makes a repository that goes up, verifies, is seeded and typed, and comes down: ${title}`,
      { timeout: 240_000 },
      async () => {
        const [own, database] = [temporaryProject(), await privateDatabase()];
        const fine = async (...args: readonly string[]): Promise<string> => {
          const ran = await lmsDb([...args, '--url', database.url], { cwd: own.root });
          expect(ran.code, `${args.join(' ')}\n${ran.stdout}${ran.stderr}`).toBe(0);
          return ran.stdout;
        };
        try {
          expect(await lmsDb(['init', '--from', name], { cwd: own.root })).toMatchObject({ code: 0 });
          const count = filesBelow(join(own.root, 'migrations')).length;
          expect(await fine('up')).toContain(`\n${count} applied in `);
          await fine('verify');
          await fine('seed');
          await fine('verify');
          await fine('types', '--check');
          expect(await fine('down', '--all', '--allow-data-loss')).toContain(`\n${count} rolled back in `);
          expect(
            await database.sql(`select nspname::text from pg_namespace where nspname !~ '^pg_' order by 1`),
          ).toEqual(['information_schema', 'lms_db', 'public'].map((nspname) => ({ nspname })));
          expect(
            await database.sql(`select from pg_class where relnamespace = 'public'::regnamespace`),
          ).toEqual([]);
        } finally {
          await database.drop();
          own.dispose();
        }
      },
    );
  }
});
