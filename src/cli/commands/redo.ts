import { redo } from '../../operations/redo.ts';
import type { CommandDefinition } from '../command.ts';
import { consentToRollBack } from '../consent.ts';
import { switchOption } from '../options.ts';
import { CONSENT, USE_FILES } from '../shared-options.ts';
import { withTarget } from '../with-target.ts';

export const command: CommandDefinition = {
  summary: 'roll the newest migration back and apply it again',
  description:
    'For the migration that you are writing: rolls back the newest applied one and applies its file as it stands now.',
  options: [USE_FILES, ...CONSENT],
  examples: [['lms-db redo', 'down one, up one']],
  run: (invocation) =>
    withTarget(invocation, (context) =>
      redo(context, {
        useFiles: switchOption(invocation.options, 'useFiles'),
        consent: (question) => consentToRollBack(invocation, question),
      }),
    ),
};
