import type { SeedReader, SeedTools } from '../../core/seed-ports.ts';
import type { HistoryOptions } from '../history.ts';
import { dataLoader } from './load.ts';
import { seedOrder } from './order.ts';
import { programRunner } from './program.ts';
import { createSeedRecords } from './records.ts';

/** Everything that loading seeds needs of PostgreSQL, for one project and history schema. */
export function createSeedTools(options: HistoryOptions, reader: SeedReader): SeedTools {
  return {
    reader,
    records: createSeedRecords(options),
    loader: dataLoader,
    programs: programRunner,
    order: seedOrder,
  };
}
