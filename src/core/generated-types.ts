import type { Finding } from './finding.ts';
import type { Session } from './ports.ts';
import type { TypeSettings } from './type-settings.ts';

/** A TypeScript file made from a schema. */
export interface GeneratedTypes {
  /** The whole file, with LF line ends. */
  readonly text: string;
  /** SHA-256 in hexadecimal over everything of the schema that the types depend on, and nothing else. */
  readonly fingerprint: string;
  /** Tables, views and foreign tables in the file. */
  readonly tables: number;
  readonly enums: number;
  /** Warnings: what a person should know of this schema. */
  readonly findings: readonly Finding[];
}

/**
 * Makes the types of the database behind a session. Reads only. Throws FindingsError for a schema that no
 * correct file can be made of: names that collide, a type in a comment that cannot be read.
 */
export type TypesEngine = (session: Session, request: TypesEngineRequest) => Promise<GeneratedTypes>;

/** What the engine has to know beside the database. */
export interface TypesEngineRequest {
  readonly settings: TypeSettings;
  /** The schema with the tool's own tables, which are nobody's to query. */
  readonly historySchema: string;
  /** How long to wait for a table that somebody is changing, in milliseconds. */
  readonly lockTimeout: number;
}
