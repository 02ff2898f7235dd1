import { describe, expect, it } from 'vitest';
import { readProofs } from '../../src/files/proof-file.ts';
import { readProject } from '../../src/files/read-project.ts';
import { unproven } from '../../src/operations/require-rehearsed.ts';
import { bundledProjects } from '../support/bundled.ts';

const projects = await bundledProjects();

describe('the committed proofs of rehearsals', () => {
  it.each(projects)(
    'hold for every migration of $name; `lms-db rehearse --unproven` renews them',
    ({ name, directories }) => {
      const root = process.cwd();
      const { migrations } = readProject({ project: name, root, directories });
      const proofs = readProofs(root, directories.rehearsals);
      const versions = migrations.map(({ version }) => version);
      expect(versions.length).toBeGreaterThan(0);
      expect(unproven(versions, migrations, proofs)).toEqual([]);
      expect(proofs?.migrations.every(({ rows }) => rows)).toBe(true);
    },
  );
});
