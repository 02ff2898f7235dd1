import type { Database } from '../core/database.ts';
import type { MigrationFile } from '../core/migration.ts';
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
  readonly clock: Clock;
  readonly emit: Emit;
  readonly signal: AbortSignal;
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
