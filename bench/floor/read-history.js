// The floor for a run with nothing to do: connects and reads the history, and compares nothing.
import pg from 'pg';

const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
await client.connect();
const { rows } = await client.query(
  `select version, name, applied_order, checksum, token_checksum, rollback_checksum, rollback_token_checksum,
     duration_ms, applied_at, applied_by
   from lms_db.migrations order by applied_order`,
);
if (rows.length !== Number(process.argv[2])) process.exitCode = 1;
await client.end();
