import { RefusedError } from '../core/errors.ts';
import type { Consent } from '../operations/roll-back.ts';
import { lossLines } from '../reporters/pretty.ts';
import type { Invocation } from './invocation.ts';
import { switchOption, textOption } from './options.ts';

/**
 * Asks for what a rollback needs: consent to lose the data that is there, and on a protected
 * environment the name of the database, typed. Throws RefusedError where it is not given.
 */
export async function consentToRollBack(invocation: Invocation, question: Consent): Promise<void> {
  const { ask, show, options } = invocation;
  const { losses, database, target } = question;
  if (losses.length > 0) show(['', ...lossLines(losses), '']);
  if (question.protected) {
    const confirmed = textOption(options, 'confirm');
    if (confirmed !== database) {
      const refusal = `${target.environment} is protected: rolling back needs the name of the database, "${database}"`;
      if (confirmed !== undefined) throw new RefusedError(`${refusal}, not "${confirmed}"; nothing was run`);
      if (ask === undefined)
        throw new RefusedError(`${refusal}; nothing was run`, { hint: `say --confirm ${database}` });
      const typed = await ask(
        `  ${target.environment} is protected. Type the name of the database to go on: `,
      );
      if (typed !== database)
        throw new RefusedError(`"${typed}" is not the name of the database; nothing was run`);
    }
  }
  if (losses.length === 0 || switchOption(options, 'allowDataLoss')) return;
  if (ask === undefined) {
    throw new RefusedError(`this would destroy data: ${lossSummary(question)}; nothing was run`, {
      hint: 'say --allow-data-loss when that is meant',
    });
  }
  const typed = await ask('  Type yes to destroy it: ');
  if (typed !== 'yes') throw new RefusedError('not confirmed; nothing was run');
}

function lossSummary({ losses }: Consent): string {
  const shown = losses
    .slice(0, 5)
    .map(
      (loss) =>
        `${loss.object} (${loss.count === undefined ? 'not counted in time' : `${loss.count} ${loss.what}`})`,
    );
  return losses.length > shown.length
    ? `${shown.join(', ')} and ${losses.length - shown.length} more`
    : shown.join(', ');
}
