/** Which kind of database a target is. */
export type BackendKind = 'server' | 'embedded' | 'container';

/** One database that a command works on, as a person and a report see it. No password anywhere. */
export interface Target {
  readonly project: string;
  readonly backend: BackendKind;
  /** `app@db.example.com:5432/lms`, or the folder of an embedded database. */
  readonly database: string;
  /** Such as `18.4`; undefined until connected. */
  readonly serverVersion?: string | undefined;
  /** `development`, `production`, … */
  readonly environment: string;
}
