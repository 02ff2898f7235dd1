import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../src/operations/migrate.ts';
import { rollBack } from '../../src/operations/roll-back.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { contextFor } from '../support/run.ts';

const root = process.cwd();

describe('the lms project', () => {
  let database: PrivateDatabase;
  beforeAll(async () => {
    database = await privateDatabase();
  });
  afterAll(() => database.drop());

  it('goes up, down to nothing, and up again', async () => {
    const up = await migrate(contextFor(database, root, { project: 'lms' }), {});
    expect(up.error).toBeUndefined();
    expect(up.outcomes.filter((outcome) => outcome.status === 'done')).toHaveLength(48);
    expect(up.counts).toEqual({ tables: 42, enums: 26, indexes: 182 });
    const down = await rollBack(contextFor(database, root, { project: 'lms' }), {
      count: 'all',
      consent: () => Promise.resolve(),
    });
    expect(down.error).toBeUndefined();
    expect(down.counts).toEqual({ tables: 0, enums: 0, indexes: 0 });
    const again = await migrate(contextFor(database, root, { project: 'lms' }), {});
    expect(again.counts).toEqual({ tables: 42, enums: 26, indexes: 182 });
  });
});
