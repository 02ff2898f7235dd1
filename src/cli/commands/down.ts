import { UsageError } from '../../core/errors.ts';
import { rollBack } from '../../operations/roll-back.ts';
import type { CommandDefinition } from '../command.ts';
import { consentToRollBack } from '../consent.ts';
import { switchOption, versionOption, wholeNumber } from '../options.ts';
import { CONSENT, interruptedOption, INTERRUPTED, USE_FILES } from '../shared-options.ts';
import { withTarget } from '../with-target.ts';

export const command: CommandDefinition = {
  summary: 'roll back, newest applied first',
  description:
    'Rolls back one migration, or as many as asked for, in the reverse of the order in which they were applied. Runs the rollback that was stored when the migration was applied, so it works without the file. Refuses before touching anything when a rollback in range is missing; counts the data that would be lost and asks for consent.',
  arguments: [['[count]', 'how many; default 1']],
  options: [
    { flags: '--to <version>', description: 'roll back everything that was applied after this version' },
    { flags: '--all', description: 'roll back everything' },
    { flags: '--dry-run', description: 'show the plan and what would be lost, run nothing' },
    USE_FILES,
    ...CONSENT,
    INTERRUPTED,
  ],
  examples: [
    ['lms-db down', 'roll back the newest one'],
    ['lms-db down 3', 'roll back the three newest'],
    ['lms-db down --to 20251103000013 --allow-data-loss', 'roll back everything after that version'],
  ],
  run: (invocation) => {
    const { options } = invocation;
    const [text] = invocation.arguments;
    const to = versionOption(options, 'to', '--to');
    const all = switchOption(options, 'all');
    if ([text, to, all ? 'all' : undefined].filter((given) => given !== undefined).length > 1) {
      throw new UsageError('a count, --to and --all exclude each other', {
        hint: 'lms-db down --help shows examples',
      });
    }
    const request = {
      count: all ? ('all' as const) : text === undefined ? undefined : wholeNumber(text, 'down', 1),
      to,
      useFiles: switchOption(options, 'useFiles'),
      dryRun: switchOption(options, 'dryRun'),
      interrupted: interruptedOption(options),
    };
    return withTarget(invocation, (context) =>
      rollBack(context, { ...request, consent: (question) => consentToRollBack(invocation, question) }),
    );
  },
};
