import type { Session } from './ports.ts';
import type { BackendKind } from './target.ts';

/**
 * What a session is for. `work` runs the user's files, `lock` holds the run lock and looks at the
 * server, `look` only reads. It shows in `application_name`: `lms-db up`, `lms-db lock`, …
 */
export type SessionPurpose = 'work' | 'lock' | 'look';

/** A database that has been found or started, and can be connected to. Past this point all backends are alike. */
export interface Database {
  readonly backend: BackendKind;
  /** How the first line of the output names it, without any password: `app@db.example.com:5432/lms`, `embedded PostgreSQL · .lms-db/lms`. */
  readonly label: string;
  /** Name of the database on its server. */
  readonly name: string;
  /** Opens a connection. Throws ConnectionError. */
  connect(purpose: SessionPurpose): Promise<Session>;
  /** Gives back what opening took: stops a server that nobody else uses. Sessions must be closed before. */
  close(): Promise<void>;
}
