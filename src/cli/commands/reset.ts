import type { Config, ProjectConfig } from '../../config/config.ts';
import { RefusedError, UnusableDataError } from '../../core/errors.ts';
import { migrate } from '../../operations/migrate.ts';
import { refusedAsProtected, reset } from '../../operations/reset.ts';
import { counted } from '../../reporters/pretty/words.ts';
import type { CommandDefinition } from '../command.ts';
import type { Invocation } from '../invocation.ts';
import type { OpenedDatabase } from '../open-database.ts';
import { switchOption } from '../options.ts';
import { DATA_LOSS } from '../shared-options.ts';
import { withOpened } from '../with-target.ts';

export const command: CommandDefinition = {
  summary: 'drop a development database and build it anew',
  description:
    'Drops the database with everything in it, makes it anew with the same owner and locale, and applies every migration. An embedded database whose files are damaged, or of another version of PostgreSQL, is removed with its files. Refused on a protected environment.',
  options: [DATA_LOSS],
  examples: [['lms-db reset', 'start over, after a typed yes']],
  run: (invocation) =>
    withOpened(
      invocation,
      (config, project) => openEvenDamaged(invocation, config, project),
      (context, opened) => {
        // Its files were removed: there is nothing left to drop.
        if (opened.anew) return migrate(context, {});
        return reset(context, {
          recreate: async () => {
            const { recreateDatabase } = await import('../../backends/recreate.ts');
            await recreateDatabase(opened.parameters);
          },
          consent: ({ database, tables }) => {
            const all = tables === 0 ? 'no table in it' : counted(tables, 'table');
            const what = `drops database ${database} with ${all} and applies every migration anew`;
            return requireConsent(invocation, what, { needed: tables > 0 });
          },
        });
      },
    ),
};

/** Opens the database; the files of an embedded one, on which no server starts, are removed before, after consent. */
async function openEvenDamaged(
  invocation: Invocation,
  config: Config,
  project: ProjectConfig,
): Promise<OpenedDatabase & { readonly anew: boolean }> {
  const { openDatabase } = await import('../open-database.ts');
  try {
    return { ...(await openDatabase(invocation, config, project)), anew: false };
  } catch (error) {
    if (!(error instanceof UnusableDataError)) throw error;
    // What the database remembers of its environment cannot be asked.
    if (config.protectedEnvironments.includes(config.environment)) {
      throw refusedAsProtected(config.environment);
    }
    invocation.notes([error.message]);
    await requireConsent(invocation, 'removes its files with all rows and applies every migration anew', {
      needed: true,
    });
    const { destroyEmbedded } = await import('../../backends/embedded/destroy.ts');
    await destroyEmbedded(error.directory);
    const opened = await openDatabase(invocation, config, project);
    invocation.emit({ type: 'note', message: 'removed and made anew' });
    return { ...opened, anew: true };
  }
}

/** Says what goes, and asks for a yes where it is needed and not given already. Throws RefusedError. */
async function requireConsent(
  { ask, notes, options }: Invocation,
  what: string,
  { needed }: { readonly needed: boolean },
): Promise<void> {
  notes([what, '']);
  if (!needed || switchOption(options, 'allowDataLoss')) return;
  if (ask === undefined) {
    throw new RefusedError(`reset ${what}; nothing was run`, {
      hint: 'say --allow-data-loss when that is meant',
    });
  }
  const typed = await ask('  All rows are lost. Type yes to go on: ');
  if (typed !== 'yes') throw new RefusedError('not confirmed; nothing was run');
}
