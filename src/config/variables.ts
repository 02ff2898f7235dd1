import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import type { Variables } from './config.ts';

/**
 * The variables of the process, with those of `.env` in the root that it does not have: the real environment
 * wins, and is never changed. An empty variable counts as not set. Throws ConfigError for an unreadable `.env`.
 */
export async function withEnvironmentFile(root: string, real: Variables): Promise<Variables> {
  let text: string;
  try {
    text = readFileSync(join(root, '.env'), 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    // A folder `.env` is a Python habit and none of ours.
    if (code === 'ENOENT' || code === 'EISDIR') return withoutEmpty(real);
    throw new ConfigError(`${join(root, '.env')} cannot be read`, [], { cause, hint: 'see its permissions' });
  }
  // A CommonJS package: bundled, it has a default export only.
  const { default: dotenv } = await import('dotenv');
  return { ...withoutEmpty(dotenv.parse(text)), ...withoutEmpty(real) };
}

function withoutEmpty(variables: Variables): Variables {
  return Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''),
  );
}
