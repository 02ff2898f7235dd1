import { EXIT } from './finding.ts';
import type { ExitCode, Finding } from './finding.ts';
import type { Place } from './place.ts';

interface ErrorFacts {
  readonly hint?: string | undefined;
  readonly place?: Place | undefined;
  readonly cause?: unknown;
}

/** Every error that is somebody's to mend: it has a code, an exit code and a next step, and prints no stack. */
export abstract class LmsDbError extends Error {
  abstract readonly code: string;
  abstract readonly exitCode: ExitCode;
  readonly hint: string | undefined;
  readonly place: Place | undefined;

  constructor(message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? {} : { cause: facts.cause });
    this.hint = facts.hint;
    this.place = facts.place;
  }

  /** As Node.js names its own errors, by their code: the names of classes do not survive the build. */
  override get name(): string {
    return `LmsDbError [${this.code}]`;
  }
}

/** A wrong command line or argument. Exit code 2. */
export class UsageError extends LmsDbError {
  readonly code = 'usage';
  readonly exitCode = EXIT.usage;
}

/** The configuration cannot be used; all its mistakes at once. Exit code 2. */
export class ConfigError extends LmsDbError {
  readonly code = 'configuration';
  readonly exitCode = EXIT.usage;
  readonly mistakes: readonly string[];

  constructor(message: string, mistakes: readonly string[], facts: ErrorFacts = {}) {
    super(
      mistakes.length === 0 ? message : `${message}\n${mistakes.map((mistake) => `  ${mistake}`).join('\n')}`,
      facts,
    );
    this.mistakes = mistakes;
  }
}

/** No connection to the database, or it broke. Exit code 1. */
export class ConnectionError extends LmsDbError {
  readonly code = 'connection';
  readonly exitCode = EXIT.internal;
}

/** A backend cannot run here: no binary for the platform, no container runtime, a server that does not start. Exit code 1. */
export class BackendError extends LmsDbError {
  readonly code = 'backend';
  readonly exitCode = EXIT.internal;
}

/** The files of an embedded database, on which no server starts: damaged, or of another version. `reset` makes them anew. */
export class UnusableDataError extends BackendError {
  /** The folder of the database, absolute. */
  readonly directory: string;

  constructor(message: string, directory: string, facts: ErrorFacts = {}) {
    super(message, facts);
    this.directory = directory;
  }
}

/** Findings of severity `error` that stop a command before it does anything. The exit code is the first one's. */
export class FindingsError extends LmsDbError {
  readonly code = 'findings';
  readonly exitCode: ExitCode;
  readonly findings: readonly Finding[];

  constructor(message: string, findings: readonly Finding[], facts: ErrorFacts = {}) {
    super(message, facts);
    this.findings = findings;
    this.exitCode = findings.find((finding) => finding.severity === 'error')?.exitCode ?? EXIT.internal;
  }
}

/** Somebody else runs migrations on this target and did not finish in time. Exit code 7. */
export class LockNotObtainedError extends LmsDbError {
  readonly code = 'lock-not-obtained';
  readonly exitCode = EXIT.lockNotObtained;
}

/** A guard rail: a protected environment, data that would be lost, an irreversible migration. Exit code 10. */
export class RefusedError extends LmsDbError {
  readonly code = 'refused';
  readonly exitCode = EXIT.refused;
}

/** The user, or the system, asked the run to end. Exit code 130 (SIGINT) or 143 (SIGTERM). */
export class InterruptedError extends LmsDbError {
  readonly code = 'interrupted';
  readonly exitCode: 130 | 143;

  constructor(signal: 'SIGINT' | 'SIGTERM', facts: ErrorFacts = {}) {
    super(`interrupted by ${signal}`, facts);
    this.exitCode = signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
  }
}

/**
 * What the server said about a statement that failed. Field names follow the protocol
 * (https://www.postgresql.org/docs/current/protocol-error-fields.html).
 */
export interface ServerErrorFacts {
  /** SQLSTATE, five characters. */
  readonly sqlstate: string;
  readonly message: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  /** CONTEXT: the call stack inside the server. */
  readonly where?: string | undefined;
  readonly schema?: string | undefined;
  readonly table?: string | undefined;
  readonly column?: string | undefined;
  readonly constraint?: string | undefined;
  /** UTF-16 offset in the text that was sent, when the server gave a position. */
  readonly offset?: number | undefined;
  /** How many statements of the text that was sent had completed before this one. */
  readonly completed: number;
}

/** A statement that the server refused. Never shown as such: operations turn it into an outcome with a place. */
export class ServerError extends Error {
  readonly facts: ServerErrorFacts;

  constructor(facts: ServerErrorFacts, cause: unknown) {
    super(`${facts.message} (${facts.sqlstate})`, { cause });
    this.name = 'ServerError';
    this.facts = facts;
  }
}
