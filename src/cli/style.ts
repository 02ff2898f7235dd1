import { Chalk } from 'chalk';
import { PLAIN } from '../core/reporter.ts';
import type { Style } from '../core/reporter.ts';

/**
 * Colours for a stream. chalk does not know NO_COLOR (https://no-color.org), so the level is decided
 * here: NO_COLOR wins, then FORCE_COLOR, then whether the stream is a terminal.
 */
export function styleFor(env: Readonly<Record<string, string | undefined>>, terminal: boolean): Style {
  const forced = env['FORCE_COLOR'];
  const off =
    (env['NO_COLOR'] ?? '') !== '' || forced === '0' || forced === 'false' || env['TERM'] === 'dumb';
  const on = forced !== undefined && forced !== '' ? true : terminal;
  if (off || !on) return PLAIN;
  const chalk = new Chalk({ level: 1 });
  return {
    good: (text) => chalk.green(text),
    bad: (text) => chalk.red(text),
    warn: (text) => chalk.yellow(text),
    dim: (text) => chalk.dim(text),
    bold: (text) => chalk.bold(text),
  };
}
