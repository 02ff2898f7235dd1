import type { Session } from '../../core/ports.ts';
import { seedName } from '../../core/seed.ts';
import type { SeedRecord } from '../../core/seed.ts';
import type { SeedRecords } from '../../core/seed-ports.ts';
import type { HistoryOptions } from '../history.ts';
import { identifier } from '../sql.ts';

/** What the history schema remembers of the seeds of one project. */
export function createSeedRecords(options: HistoryOptions): SeedRecords {
  const { schema, project, run, actor, toolVersion } = options;
  const table = `${identifier(schema)}.seeds`;
  const columns = `seed_set as "set", file_name as "fileName", checksum, loaded_at as "loadedAt",
    loaded_by as "loadedBy", exists (
      select from ${identifier(schema)}.events as e
      where e.project = seeds.project and e.kind = 'rolled-back' and e.at > seeds.loaded_at
    ) as stale`;
  return {
    read: (session) => records(session, `where project = $1`, [project]),

    async claim(session, { set, fileName }) {
      // The lock that migrations of this project claim too: see history-schema.ts.
      await session.query('select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended($1, 0))', [
        `${schema}.claim:${project}`,
      ]);
      const [record] = await records(session, 'where project = $1 and seed_set = $2 and file_name = $3', [
        project,
        set,
        fileName,
      ]);
      return record;
    },

    async write(session, { set, fileName }, { checksum, counts, duration }) {
      await session.query(
        `insert into ${table} (project, seed_set, file_name, checksum, rows_inserted, rows_updated, rows_unchanged,
           duration_ms, loaded_by, run_id, tool_version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9 || ' as ' || session_user, $10, $11)
         on conflict on constraint seeds_pkey do update set checksum = excluded.checksum,
           rows_inserted = excluded.rows_inserted, rows_updated = excluded.rows_updated,
           rows_unchanged = excluded.rows_unchanged, duration_ms = excluded.duration_ms,
           loaded_at = excluded.loaded_at, loaded_by = excluded.loaded_by, run_id = excluded.run_id,
           tool_version = excluded.tool_version`,
        [
          project,
          set,
          fileName,
          checksum,
          counts.inserted,
          counts.updated,
          counts.unchanged ?? null,
          duration,
          actor,
          run,
          toolVersion,
        ],
      );
      // The log's line commits with the seed, as that of a migration does.
      await session.query(
        `insert into ${identifier(schema)}.events (run_id, project, kind, name, duration_ms, by, tool_version)
         values ($1, $2, 'seeded', $3, $4, $5 || ' as ' || session_user, $6)`,
        [run, project, seedName({ set, fileName }), duration, actor, toolVersion],
      );
    },
  };

  async function records(
    session: Session,
    where: string,
    values: readonly unknown[],
  ): Promise<readonly SeedRecord[]> {
    return session.query<SeedRecord>(`select ${columns} from ${table} ${where} order by loaded_at`, values);
  }
}
