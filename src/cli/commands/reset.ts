import { RefusedError } from '../../core/errors.ts';
import { reset } from '../../operations/reset.ts';
import { counted } from '../../reporters/pretty/words.ts';
import type { CommandDefinition } from '../command.ts';
import { switchOption } from '../options.ts';
import { DATA_LOSS } from '../shared-options.ts';
import { withTarget } from '../with-target.ts';

export const command: CommandDefinition = {
  summary: 'drop a development database and build it anew',
  description:
    'Drops the database with everything in it, makes it anew with the same owner and locale, and applies every migration. Refused on a protected environment.',
  options: [DATA_LOSS],
  examples: [['lms-db reset', 'start over, after a typed yes']],
  run: (invocation) =>
    withTarget(invocation, (context, opened) =>
      reset(context, {
        recreate: async () => {
          const { recreateDatabase } = await import('../../backends/recreate.ts');
          await recreateDatabase(opened.parameters);
        },
        consent: async ({ database, tables }) => {
          const what = `drops database ${database} with ${tables === 0 ? 'no table in it' : counted(tables, 'table')} and applies every migration anew`;
          invocation.notes([what, '']);
          if (tables === 0 || switchOption(invocation.options, 'allowDataLoss')) return;
          if (invocation.ask === undefined) {
            throw new RefusedError(`reset ${what}; nothing was run`, {
              hint: 'say --allow-data-loss when that is meant',
            });
          }
          const typed = await invocation.ask('  All rows are lost. Type yes to go on: ');
          if (typed !== 'yes') throw new RefusedError('not confirmed; nothing was run');
        },
      }),
    ),
};
