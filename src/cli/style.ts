import { PLAIN } from '../core/reporter.ts';
import type { Style } from '../core/reporter.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Whether a stream gets colours: NO_COLOR (https://no-color.org) forbids them, FORCE_COLOR demands them,
 * and otherwise a terminal that is not dumb has them. chalk does not know NO_COLOR, so it is not asked.
 */
export function hasColours(env: Environment, terminal: boolean): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  return terminal && env['TERM'] !== 'dumb';
}

/** Colours for a stream; chalk is loaded only where there are any. */
export async function styleFor(env: Environment, terminal: boolean): Promise<Style> {
  if (!hasColours(env, terminal)) return PLAIN;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  return {
    good: (text) => chalk.green(text),
    bad: (text) => chalk.red(text),
    warn: (text) => chalk.yellow(text),
    dim: (text) => chalk.dim(text),
    bold: (text) => chalk.bold(text),
  };
}
