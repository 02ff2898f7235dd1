/** A statement that PostgreSQL refuses inside a transaction block, as the manual names it. */
export interface NonTransactional {
  readonly statement: string;
  /** active_sql_transaction. */
  readonly sqlstate: '25001';
  /** The first major version that knows the statement, where that is one after 11. */
  readonly since?: number | undefined;
}

/**
 * Everything that calls PreventInTransactionBlock (src/backend/tcop/utility.c and what it calls). A partitioned
 * table or index after REINDEX or CLUSTER is refused too, which no text can tell.
 */
export const NON_TRANSACTIONAL = [
  ...['CREATE DATABASE', 'DROP DATABASE', 'ALTER DATABASE … SET TABLESPACE', 'CREATE TABLESPACE'].map(
    refused,
  ),
  ...['DROP TABLESPACE', 'ALTER SYSTEM', 'VACUUM', 'CLUSTER without a table'].map(refused),
  ...['REINDEX SCHEMA', 'REINDEX DATABASE', 'REINDEX SYSTEM'].map(refused),
  ...['CREATE INDEX CONCURRENTLY', 'DROP INDEX CONCURRENTLY'].map(refused),
  ...['CREATE SUBSCRIPTION', 'DROP SUBSCRIPTION', 'ALTER SUBSCRIPTION … REFRESH PUBLICATION'].map(refused),
  ...['ALTER SUBSCRIPTION … SET PUBLICATION', 'COMMIT PREPARED', 'ROLLBACK PREPARED', 'DISCARD ALL'].map(
    refused,
  ),
  { ...refused('REINDEX … CONCURRENTLY'), since: 12 },
  { ...refused('ALTER TABLE … DETACH PARTITION … CONCURRENTLY'), since: 14 },
  { ...refused('ALTER SUBSCRIPTION … ADD PUBLICATION'), since: 14 },
  { ...refused('ALTER SUBSCRIPTION … DROP PUBLICATION'), since: 14 },
  { ...refused('ALTER SUBSCRIPTION … SET (failover)'), since: 17 },
  { ...refused('ALTER SUBSCRIPTION … SET (two_phase)'), since: 18 },
] as const satisfies readonly NonTransactional[];

function refused(statement: string): NonTransactional {
  return { statement, sqlstate: '25001' };
}
