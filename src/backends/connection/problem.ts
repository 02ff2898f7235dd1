import { ConfigError } from '../../core/errors.ts';

/** A connection that cannot be made sense of. The message names parameters and files, and repeats no value that may hold a secret. */
export function connectionProblem(
  source: string,
  problem: string,
  hint?: string,
  cause?: unknown,
): ConfigError {
  return new ConfigError(`${source}: ${problem}`, [], { hint, cause });
}
