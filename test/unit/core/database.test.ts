import { describe, expect, it } from 'vitest';
import { describeConnection } from '../../../src/backends/connection/describe.ts';
import { openServer } from '../../../src/backends/server.ts';

describe('a database on a server', () => {
  const parameters = {
    host: 'db.example.com',
    port: 5432,
    database: 'lms',
    user: 'app',
    password: 'correct horse',
    ssl: false,
  } as const;

  it('is named without its password, and opening it connects to nothing', async () => {
    const database = openServer(parameters);
    expect([database.backend, database.label, database.name]).toEqual([
      'server',
      'app@db.example.com:5432/lms',
      'lms',
    ]);
    expect(JSON.stringify(database)).not.toContain('horse');
    await database.close();
  });

  it.each([
    ['::1', 'app@[::1]:5432/lms'],
    ['/var/run/postgresql', 'app@/var/run/postgresql:5432/lms'],
    ['10.0.0.5', 'app@10.0.0.5:5432/lms'],
  ])('at %s is %s', (host, label) => {
    expect(describeConnection({ ...parameters, host })).toBe(label);
  });
});
