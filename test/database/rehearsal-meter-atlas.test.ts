import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PrivateDatabase } from '../support/database.ts';
import { MEASURED_ATLAS, factsOf, measuredFacts } from '../support/measured-atlas.ts';
import type { AtlasEntry, AtlasFacts, AtlasResult } from '../support/measured-atlas.ts';
import { atlasTemplate, meterStage } from '../support/meter.ts';
import type { MeterStage } from '../support/meter.ts';

const EVERY_INDEX = ['t_a_idx', 't_b_uq', 't_c_idx', 't_ip_idx', 't_pkey', 't_ts_idx'];
const NOTHING: AtlasFacts = { locks: [], rewritten: [], rebuilt: [], scanned: [], written: [] };

/**
 * What the atlas cannot say. It watched these from another session while they ran, so it has the locks that somebody
 * happened to see (on 17 the last moment of DROP INDEX, on 13 an index that did not exist before, of VACUUM and DETACH
 * nothing at all), and no scans and rewrites. The locks of the wait phases, which it has on all versions, are these.
 */
const ALONE: Readonly<Record<string, AtlasFacts>> = {
  'create-index-concurrently': { ...NOTHING, locks: ['t ShareUpdateExclusiveLock'], scanned: ['t'] },
  'drop-index-concurrently': {
    ...NOTHING,
    locks: ['t ShareUpdateExclusiveLock', 't_a_idx ShareUpdateExclusiveLock'],
  },
  'reindex-index-concurrently': {
    ...NOTHING,
    locks: ['t ShareUpdateExclusiveLock', 't_a_idx ShareUpdateExclusiveLock'],
    rebuilt: ['t_a_idx'],
    scanned: ['t'],
  },
  'reindex-table-concurrently': {
    ...NOTHING,
    locks: ['t', ...EVERY_INDEX].map((name) => `${name} ShareUpdateExclusiveLock`),
    rebuilt: EVERY_INDEX,
    scanned: ['t'],
  },
  vacuum: { ...NOTHING, locks: ['t ShareUpdateExclusiveLock'] },
  'vacuum-full': {
    ...NOTHING,
    locks: ['t AccessExclusiveLock'],
    rewritten: ['t'],
    rebuilt: EVERY_INDEX,
    scanned: ['t'],
  },
  'detach-partition-concurrently': {
    ...NOTHING,
    locks: ['part ShareUpdateExclusiveLock', 'part_1 AccessExclusiveLock'],
  },
};

/** What must be out of the way first: the atlas has it on a schema without the views that use the column. */
const MORE_SETUP: Readonly<Record<string, string>> = {
  'type-int-bigint-indexed': 'drop materialized view mv; drop view v',
};

let template: PrivateDatabase;
let stage: MeterStage;

beforeAll(async () => {
  template = await atlasTemplate();
  stage = await meterStage(template);
});
afterAll(async () => {
  await stage.drop();
  await template.drop();
});

/** On a database of its own where something has to be committed first. */
async function factsHere({ id, sql, setup = MORE_SETUP[id] }: AtlasEntry): Promise<AtlasFacts> {
  const alone = id in ALONE;
  if (!alone && setup === undefined && !id.endsWith('nonutc'))
    return measuredFacts(await stage.measured(sql));
  const own = await meterStage(template);
  try {
    if (setup !== undefined) await own.session.script(setup);
    if (id.endsWith('nonutc')) await own.session.script(`set timezone = 'Europe/Berlin'`);
    return measuredFacts(await (alone ? own.alone(sql) : own.measured(sql)));
  } finally {
    await own.drop();
  }
}

function resultHere({ results }: AtlasEntry): AtlasResult | undefined {
  const major = Math.floor(stage.session.serverVersion / 10_000);
  return results.find(({ pg }) => pg.includes(major));
}

describe('what is measured of each statement of the lock atlas is what the atlas says', () => {
  it.for(MEASURED_ATLAS.map((entry) => [entry.id, entry] as const))('%s', async ([id, entry], context) => {
    const result = resultHere(entry);
    if (result === undefined) return context.skip('the atlas does not have it on this version');
    if (result.error !== undefined) {
      await expect(stage.alone(entry.sql)).rejects.toMatchObject({ facts: { sqlstate: result.error } });
      return;
    }
    expect(await factsHere(entry)).toEqual(ALONE[id] ?? factsOf(result));
  });
});
