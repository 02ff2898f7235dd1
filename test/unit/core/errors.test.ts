import { describe, expect, it } from 'vitest';
import {
  BackendError,
  ConfigError,
  ConnectionError,
  FindingsError,
  InterruptedError,
  LmsDbError,
  LockNotObtainedError,
  RefusedError,
  ServerError,
  UnusableDataError,
  UsageError,
} from '../../../src/core/errors.ts';
import { EXIT } from '../../../src/core/finding.ts';
import type { ExitCode, Finding } from '../../../src/core/finding.ts';

const drifted: Finding = { code: 'drift', severity: 'error', message: 'drifted', exitCode: EXIT.drift };
const notice: Finding = { code: 'note', severity: 'notice', message: 'note', exitCode: EXIT.done };

describe('the errors that somebody can mend', () => {
  it.each<[error: LmsDbError, code: string, exitCode: ExitCode]>([
    [new UsageError('x'), 'usage', 2],
    [new ConfigError('x', []), 'configuration', 2],
    [new ConnectionError('x'), 'connection', 1],
    [new BackendError('x'), 'backend', 1],
    [new UnusableDataError('x', '/data'), 'backend', 1],
    [new FindingsError('x', [notice, drifted]), 'findings', 8],
    [new LockNotObtainedError('x'), 'lock-not-obtained', 7],
    [new RefusedError('x'), 'refused', 10],
    [new InterruptedError('SIGINT'), 'interrupted', 130],
    [new InterruptedError('SIGTERM'), 'interrupted', 143],
  ])('%s has its code, a name made of it, and its exit code', (error, code, exitCode) => {
    expect(error).toBeInstanceOf(LmsDbError);
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.code, error.exitCode]).toEqual([`LmsDbError [${code}]`, code, exitCode]);
  });

  it('keep hint, place and cause', () => {
    const cause = new Error('why');
    const place = { file: 'a.sql', line: 3, column: 4 };
    const error = new ConnectionError('gone', { hint: 'wait', place, cause });
    expect([error.message, error.hint, error.place, error.cause]).toEqual(['gone', 'wait', place, cause]);
  });

  it('have no cause where none was given', () => {
    expect('cause' in new ConnectionError('gone')).toBe(false);
  });

  it('say by which signal a run was interrupted', () => {
    expect(new InterruptedError('SIGTERM').message).toBe('interrupted by SIGTERM');
  });

  it('list all mistakes of a configuration, one a line', () => {
    const error = new ConfigError('lms-db.config.json has 2 mistakes', [
      '"a" is unknown',
      '"b" is no number',
    ]);
    expect(error.message).toBe('lms-db.config.json has 2 mistakes\n  "a" is unknown\n  "b" is no number');
    expect(error.mistakes).toEqual(['"a" is unknown', '"b" is no number']);
    expect(new ConfigError('it is not JSON', []).message).toBe('it is not JSON');
  });

  it('take the exit code of findings from the first one that is an error', () => {
    const warning: Finding = { ...drifted, severity: 'warning', exitCode: EXIT.lint };
    expect(new FindingsError('x', [warning, notice, drifted]).exitCode).toBe(EXIT.drift);
    expect(new FindingsError('x', [warning]).exitCode).toBe(EXIT.internal);
    expect(new FindingsError('x', []).exitCode).toBe(EXIT.internal);
  });
});

describe('ServerError', () => {
  it('is no error that is shown as it is: it says message and SQLSTATE, and keeps the facts', () => {
    const facts = { sqlstate: '42P01', message: 'relation "a" does not exist', completed: 2 };
    const cause = new Error('pg');
    const error = new ServerError(facts, cause);
    expect(error).not.toBeInstanceOf(LmsDbError);
    expect(error.message).toBe('relation "a" does not exist (42P01)');
    expect([error.facts, error.cause]).toEqual([facts, cause]);
  });
});
