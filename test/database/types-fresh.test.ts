import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { migrate } from '../../src/operations/migrate.ts';
import { privateDatabase } from '../support/database.ts';
import { serverVersion } from '../support/lms.ts';
import { contextFor } from '../support/run.ts';
import { typesOf } from '../support/types.ts';

const root = join(import.meta.dirname, '../..');
const { projects } = await loadConfig({ cwd: root, env: {}, flags: {} });

const major = Math.floor((await serverVersion()) / 10_000);
const [tooNew, fitting] = [
  projects.filter(({ postgres }) => postgres > major),
  projects.filter(({ postgres }) => postgres <= major),
];

describe('the types of the bundled projects', () => {
  it.skipIf(tooNew.length === 0)('need a newer server where the project does', async () => {
    for (const { name, postgres } of tooNew) {
      const database = await privateDatabase();
      const context = contextFor(database, root, { project: name, minimumServer: postgres });
      await expect(migrate(context, {})).rejects.toThrow(`needs PostgreSQL ${postgres} or newer`);
      await database.drop();
    }
  });

  it.skipIf(fitting.length === 0).each(fitting)(
    '$name: what is committed is what its migrations give',
    async ({ name, directories, types }) => {
      const database = await privateDatabase();
      try {
        const report = await migrate(contextFor(database, root, { project: name }), {});
        expect(report.error).toBeUndefined();
        const { text } = await typesOf(database.parameters, types);
        expect(readFileSync(join(root, directories.types), 'utf8')).toBe(text);
      } finally {
        await database.drop();
      }
    },
  );
});
