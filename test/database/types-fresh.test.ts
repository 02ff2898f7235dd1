import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { migrate } from '../../src/operations/migrate.ts';
import { privateDatabase } from '../support/database.ts';
import { contextFor } from '../support/run.ts';
import { typesOf } from '../support/types.ts';

const root = join(import.meta.dirname, '../..');
const { projects } = await loadConfig({ cwd: root, env: {}, flags: {} });

describe('the types of the bundled projects', () => {
  it.each(projects)(
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
