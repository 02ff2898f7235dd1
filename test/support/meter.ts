import { meter } from '../../src/backends/rehearsal/meter.ts';
import type { Measurement } from '../../src/core/measurement.ts';
import type { Session } from '../../src/core/ports.ts';
import type { MeteredFile } from '../../src/core/rehearsal-ports.ts';
import { privateDatabase } from './database.ts';
import type { PrivateDatabase } from './database.ts';
import { ATLAS_SETUP } from './measured-atlas.ts';

/** A database with the schema of the atlas, and what it takes to measure on it. */
export interface MeterStage {
  readonly database: PrivateDatabase;
  /** Finds the names of the atlas without their schema. */
  readonly session: Session;
  /** What a statement does in a transaction that is rolled back. */
  readonly measured: (sql: string) => Promise<Measurement>;
  /** What each of these statements does, one after the other in one transaction that is rolled back. */
  readonly measuredEach: (...statements: readonly string[]) => Promise<readonly Measurement[]>;
  /** What a statement does in the open transaction. */
  readonly measuredIn: (file: MeteredFile, sql: string) => Promise<Measurement>;
  /** What a statement of a file without a transaction does. */
  readonly alone: (sql: string) => Promise<Measurement & { readonly duration: number }>;
  /** Of the three sessions that alone() works with. */
  readonly pids: readonly number[];
  readonly drop: () => Promise<void>;
}

/** Makes a database with the schema of the atlas, to be given to meterStage as its template. */
export async function atlasTemplate(): Promise<PrivateDatabase> {
  const made = await privateDatabase();
  await made.sql(ATLAS_SETUP);
  return made;
}

/** A copy of a database, and three sessions to it. */
export async function meterStage(template: PrivateDatabase): Promise<MeterStage> {
  const database = await privateDatabase(template.parameters.database);
  const [session, helper, observer] = await Promise.all([
    database.database.connect('work'),
    database.database.connect('work'),
    database.database.connect('look'),
  ]);
  await session.prepare();
  await session.script(`set search_path = s, public; set timezone = 'UTC'`);
  const measuredIn = async (file: MeteredFile, sql: string): Promise<Measurement> => {
    await session.script(sql);
    return file.afterStatement();
  };
  const measuredEach = async (...statements: readonly string[]): Promise<readonly Measurement[]> => {
    await session.script('begin');
    try {
      const file = await meter.begin(session);
      const all: Measurement[] = [];
      for (const sql of statements) all.push(await measuredIn(file, sql));
      return all;
    } finally {
      await session.script('rollback');
    }
  };
  return {
    database,
    session,
    measuredIn,
    measuredEach,
    measured: async (sql) => {
      const [one] = await measuredEach(sql);
      if (one === undefined) throw new Error('nothing was measured');
      return one;
    },
    alone: (sql) => meter.runAlone(sql, { session, helper, observer }),
    pids: [session, helper, observer].map(({ pid }) => pid),
    drop: async () => {
      await Promise.all([session, helper, observer].map((one) => one.close()));
      await database.drop();
    },
  };
}
