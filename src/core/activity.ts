/** Who holds what a session waits for. Ages are in milliseconds. */
export interface Holder {
  readonly pid: number;
  readonly user: string | undefined;
  readonly application: string | undefined;
  readonly host: string | undefined;
  /** `active`, `idle in transaction`, … (pg_stat_activity.state). */
  readonly state: string | undefined;
  /** How long its transaction, or for a run lock its session, has been open. */
  readonly age: number | undefined;
  readonly query: string | undefined;
  /** Such as `AccessShareLock on courses`. */
  readonly holds: string | undefined;
}

/** One row of pg_stat_progress_create_index. */
export interface IndexProgress {
  readonly phase: string;
  /** Between 0 and 1; undefined while the server gives no total. */
  readonly fraction: number | undefined;
  /** The backend it waits for, in a waiting phase. */
  readonly waitingFor: number | undefined;
}

/** An age, coarse: `12 s`, `6 min`, `3 h`, `2 days`. */
export function ageText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
