import type { CommandDefinition } from '../command.ts';
import { numberOption } from '../options.ts';
import { MAX_ERRORS } from '../shared-options.ts';
import { withTarget } from '../with-target.ts';

export const command: CommandDefinition = {
  summary: 'load the seeds',
  description:
    'Loads the reference seeds and those of the environment in order, each in one transaction with its record. A seed that has not changed since it was loaded is skipped; one that has runs again: rows of .csv and .ndjson are inserted where they are new, updated where they changed, and left alone otherwise. On a protected environment only reference seeds are loaded.',
  options: [
    {
      flags: '--only <name...>',
      description: 'load only these: 010-roles.csv, roles or reference/010-roles.csv',
      repeatable: true,
    },
    { flags: '--force', description: 'load also what has not changed' },
    MAX_ERRORS,
  ],
  examples: [
    ['lms-db seed', 'load what is new or has changed'],
    ['lms-db seed --only permissions --force', 'load one file again'],
    ['lms-db seed --max-errors 20', 'see up to 20 bad rows of a file at once'],
  ],
  run: async (invocation) => {
    // A mistake on the command line is said before anything is opened.
    numberOption(invocation.options, 'maxErrors', '--max-errors', 1);
    const { seedTarget } = await import('../seed-target.ts');
    return withTarget(invocation, (context) => seedTarget(invocation, context));
  },
};
