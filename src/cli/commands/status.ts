import { status } from '../../operations/status.ts';
import type { CommandDefinition } from '../command.ts';
import { switchOption } from '../options.ts';
import { withTarget } from '../with-target.ts';

export const command: CommandDefinition = {
  summary: 'applied, pending, and every finding',
  description:
    'Compares the files with the history. Takes no lock, creates nothing, and works with a role that may only read.',
  options: [
    {
      flags: '--check',
      description: 'exit with 3 when something is pending, with 4 when files and history disagree',
    },
    { flags: '--long', description: 'with phase, risk, downtime and application change of each migration' },
  ],
  examples: [
    ['lms-db status', 'what is applied and what is pending'],
    ['lms-db status --check', 'for a pipeline: exit 3 when something is pending'],
  ],
  run: (invocation) =>
    withTarget(invocation, (context) =>
      status(context, {
        check: switchOption(invocation.options, 'check'),
        long: switchOption(invocation.options, 'long'),
      }),
    ),
};
