import { describe, expect, it } from 'vitest';
import { diagramPage } from '../../scripts/diagrams.ts';
import { applyBundled, projectsHere } from '../support/bundled.ts';
import { privateDatabase } from '../support/database.ts';

const projects = await projectsHere();

describe('the diagrams of the bundled projects', () => {
  for (const { project, runs, title } of projects) {
    it.skipIf(!runs)(`are what the migrations build: ${title}`, async () => {
      const database = await privateDatabase();
      try {
        await applyBundled(database, project);
        const { path, is, should } = await diagramPage(database.database, project, 'lms_db');
        expect(is, `${path}: \`npm run docs:diagrams\` writes it`).toBe(should);
      } finally {
        await database.drop();
      }
    });
  }
});
