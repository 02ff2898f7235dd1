import { describe, expect, it } from 'vitest';
import { containersAvailable } from '../../src/backends/container.ts';
import { envelopeOf, lmsDb } from '../support/cli.ts';
import { temporaryProject } from '../support/project.ts';

const available = await containersAvailable();

describe('a database in a container', () => {
  it.skipIf(!available)(
    'goes up, and is gone with the command (skipped where no container runtime answers)',
    async () => {
      const project = temporaryProject();
      try {
        project.migration('001-t', 'create table t (id int);', 'drop table t;');
        const env = { DOCKER_HOST: process.env['DOCKER_HOST'] ?? '', HOME: process.env['HOME'] ?? '' };
        const ran = await lmsDb(['up', '--container', '--json'], { cwd: project.root, env });
        expect(ran.code).toBe(0);
        const [target] = envelopeOf(ran).targets;
        expect(target?.outcomes).toMatchObject([{ version: '001', status: 'done' }]);
        expect(target?.target.database).toContain('container postgres:');
      } finally {
        project.dispose();
      }
    },
  );

  it.skipIf(available)('is refused with the way out where no container runtime answers', async () => {
    const project = temporaryProject();
    try {
      project.migration('001-t', 'create table t (id int);', 'drop table t;');
      const ran = await lmsDb(['up', '--container', '--json'], { cwd: project.root });
      expect(ran.code).toBe(1);
      expect(envelopeOf(ran).error).toMatchObject({
        code: 'backend',
        message: 'no container runtime (Docker, Podman) answers here',
        hint: 'start Docker, give a server with --url, or use --embedded',
      });
    } finally {
      project.dispose();
    }
  });
});
