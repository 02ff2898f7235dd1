import { migrate } from '../../operations/migrate.ts';
import type { CommandDefinition } from '../command.ts';
import { numberOption, switchOption, textOption, versionOption } from '../options.ts';
import { interruptedOption, INTERRUPTED, OUT_OF_ORDER } from '../shared-options.ts';
import { withTarget } from '../with-target.ts';

export const command: CommandDefinition = {
  summary: 'apply what is pending',
  description:
    'Applies the pending migrations in order, each in one transaction together with its guards and its history row. The first failure ends the run and leaves what came before applied.',
  options: [
    { flags: '--to <version>', description: 'stop after this version' },
    { flags: '--steps <n>', description: 'apply at most so many' },
    OUT_OF_ORDER,
    { flags: '--plan <file>', description: 'apply exactly what `plan --out` wrote, or refuse' },
    { flags: '--backup <file>', description: 'first write a pg_dump of the database to this file' },
    { flags: '--dry-run', description: 'show the plan, run nothing' },
    INTERRUPTED,
  ],
  examples: [
    ['lms-db up', 'apply everything that is pending'],
    ['lms-db up --to 20251103000013', 'stop after that version'],
    ['lms-db up --json', 'the report as JSON on stdout, progress on stderr'],
  ],
  run: (invocation) =>
    withTarget(invocation, async (context, opened) => {
      const { options } = invocation;
      const backup = textOption(options, 'backup');
      const pinFile = textOption(options, 'plan');
      return migrate(context, {
        to: versionOption(options, 'to', '--to'),
        steps: numberOption(options, 'steps', '--steps', 1),
        allowOutOfOrder: switchOption(options, 'allowOutOfOrder'),
        dryRun: switchOption(options, 'dryRun'),
        interrupted: interruptedOption(options),
        pin:
          pinFile === undefined
            ? undefined
            : (await import('../../files/pin-file.ts')).readPin(invocation.cwd, pinFile),
        before:
          backup === undefined
            ? undefined
            : async () => {
                const { backUp } = await import('../../backends/backup.ts');
                await backUp(opened.parameters, invocation.cwd, backup, context.signal);
                context.emit({ type: 'note', message: `backup written to ${backup}` });
              },
      });
    }),
};
