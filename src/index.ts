/** What a program may import from lms-db: the configuration's types, and those of the report that --json writes. */
export { defineConfig } from './config/config.ts';
export type { ConfigFile } from './config/config.ts';
export type { ExitCode, Finding, Severity } from './core/finding.ts';
export type { Place } from './core/place.ts';
export type {
  CheckResult,
  DataLoss,
  MigrationStatus,
  Outcome,
  Report,
  ReportedError,
  SchemaCounts,
  StatementFailure,
  TargetReport,
  Verification,
} from './core/report.ts';
export type { BuiltinFinding, BuiltinResult, Untried } from './core/verification.ts';
