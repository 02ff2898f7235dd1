/** How a run behaves. All durations are in milliseconds; 0 means without limit. */
export interface RunSettings {
  /** The longest wait for one lock of a statement; the retry ladder ends with it. */
  readonly lockTimeout: number;
  /** How often a migration is tried when a lock is not to be had. */
  readonly lockAttempts: number;
  readonly statementTimeout: number;
  readonly idleInTransactionTimeout: number;
  /** How long to wait for another run to end. */
  readonly lockWait: number;
}

export const DEFAULT_SETTINGS: RunSettings = {
  lockTimeout: 3_000,
  lockAttempts: 5,
  statementTimeout: 600_000,
  idleInTransactionTimeout: 60_000,
  lockWait: 60_000,
};

/**
 * The lock_timeout of one attempt. The ladder climbs to the full timeout: the first tries freeze the
 * table's other users for a moment only, the last ones wait longer than deadlock_timeout (1 s), below
 * which PostgreSQL never asks an autovacuum to step aside.
 */
export function lockTimeoutOfAttempt(lockTimeout: number, attempt: number, attempts: number): number {
  if (lockTimeout === 0) return 0;
  if (attempt >= attempts) return lockTimeout;
  const share = (attempt - 1) / (attempts - 1) < 0.5 ? 1 / 6 : 1 / 2;
  return Math.max(1, Math.round(lockTimeout * share));
}

/**
 * How long to sleep, holding nothing, before the next attempt: full jitter over an exponential
 * backoff, so that two runs do not meet again. `random` is in [0, 1).
 */
export function delayBeforeAttempt(attempt: number, random: number): number {
  return Math.round(random * Math.min(5_000, 250 * 2 ** attempt)) + 50;
}
