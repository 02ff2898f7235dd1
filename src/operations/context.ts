import type { Database } from '../core/database.ts';
import type { Tenancy } from '../core/builtin-check.ts';
import type { Guard, MigrationFile } from '../core/migration.ts';
import type { Clock, Emit, Tools } from '../core/ports.ts';
import type { RunSettings } from '../core/settings.ts';
import type { Target } from '../core/target.ts';

/** What an operation works on and with: one target. */
export interface Context {
  readonly target: Target;
  readonly database: Database;
  readonly tools: Tools;
  /** Sorted by version, without faults. */
  readonly files: readonly MigrationFile[];
  readonly settings: RunSettings;
  readonly environment: EnvironmentRequest;
  /** The oldest major version of PostgreSQL that the project runs on. */
  readonly minimumServer?: number | undefined;
  /** What `verify` runs; without it there is nothing to run. */
  readonly checks?: ProjectChecks | undefined;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** The checks of the database, and what the built-in ones are told. */
export interface ProjectChecks {
  /** Checks files that bear no version. */
  readonly files: readonly Guard[];
  /** The tool's own schema: no check looks at it. */
  readonly historySchema: string;
  readonly tenancy?: Tenancy | undefined;
  /** Findings of the built-in checks that are accepted: by check, tables or other objects; `*` is all of them. */
  readonly allowed?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** Which environment this is said to be. */
export interface EnvironmentRequest {
  readonly name: string;
  /** Said by a flag or a variable, not taken from a default. */
  readonly explicit: boolean;
  /** The environments on which destruction is refused or confirmed by name. */
  readonly protected: readonly string[];
  /** `--change-environment`: make the database remember another one. */
  readonly change: boolean;
}
