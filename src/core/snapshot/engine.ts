import type { Session } from '../ports.ts';
import type { SchemaText } from './snapshot.ts';

/** A schema as SQL, and who wrote it. */
export interface WrittenSchema extends SchemaText {
  /** `lms-db`, or `pg_dump 16.4`. */
  readonly writer: string;
}

/** Writes the schema behind a session. Reads only. Throws ServerError, BackendError. */
export type SnapshotEngine = (session: Session) => Promise<WrittenSchema>;
