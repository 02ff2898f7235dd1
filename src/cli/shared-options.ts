import { parseDuration } from '../core/duration.ts';
import { UsageError } from '../core/errors.ts';
import type { OptionDefinition } from './command-options.ts';
import { textOption } from './options.ts';
import type { OptionValues } from './command-options.ts';

export const OUT_OF_ORDER: OptionDefinition = {
  flags: '--allow-out-of-order',
  description: 'apply pending migrations that are older than the newest applied one',
};

export const USE_FILES: OptionDefinition = {
  flags: '--use-files',
  description: 'take the rollback from its file, not from the history, where the two differ',
};

export const DATA_LOSS: OptionDefinition = {
  flags: '--allow-data-loss',
  description: 'consent to lose the data that is shown',
};

/** What a rollback may need beyond the command itself. */
export const CONSENT: readonly OptionDefinition[] = [
  DATA_LOSS,
  { flags: '--confirm <database>', description: 'on a protected environment: the name of the database' },
];

export const INTERRUPTED: OptionDefinition = {
  flags: '--interrupted <rerun|done>',
  description: 'what to do about a CALL or DO that was interrupted outside a transaction',
};

/** The value of `--interrupted`. Throws UsageError. */
export function interruptedOption(values: OptionValues): 'rerun' | 'done' | undefined {
  const text = textOption(values, 'interrupted');
  if (text === undefined || text === 'rerun' || text === 'done') return text;
  throw new UsageError(`--interrupted takes rerun or done, not "${text}"`);
}

/** A duration in milliseconds. Throws UsageError. */
export function durationOption(values: OptionValues, name: string, flag: string): number | undefined {
  const text = textOption(values, name);
  if (text === undefined) return undefined;
  const parsed = parseDuration(text);
  if (parsed.problem !== undefined) throw new UsageError(`${flag}: ${parsed.problem}`, { hint: parsed.hint });
  return parsed.value;
}

/** How bad rows are collected; of `seed`, and of `up --seed`. */
export const MAX_ERRORS: OptionDefinition = {
  flags: '--max-errors <n>',
  description: 'collect so many bad rows of a seed before it fails (default 1)',
};
