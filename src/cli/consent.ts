import { RefusedError } from '../core/errors.ts';
import type { Consent } from '../operations/roll-back.ts';
import { whatIsLost } from '../reporters/pretty/losses.ts';
import type { Invocation } from './invocation.ts';
import { switchOption, textOption } from './options.ts';

/**
 * Asks for what a rollback needs: consent to lose the data that is there, and on a protected
 * environment the name of the database, typed. Throws RefusedError where it is not given.
 */
export async function consentToRollBack(invocation: Invocation, question: Consent): Promise<void> {
  const { ask, options } = invocation;
  const { losses, database, target } = question;
  invocation.losses(losses);
  // Without a person every missing word is named at once.
  const missing: string[] = [];
  const reasons: string[] = [];
  if (question.protected) {
    const confirmed = textOption(options, 'confirm');
    const refusal = `${target.environment} is protected: this needs the name of the database, "${database}"`;
    if (confirmed !== undefined && confirmed !== database) {
      throw new RefusedError(`${refusal}, not "${confirmed}"; nothing was run`, {
        hint: `say --confirm ${database} when this is the right one`,
      });
    }
    if (confirmed === undefined && ask === undefined) {
      reasons.push(refusal);
      missing.push(`--confirm ${database}`);
    }
    if (confirmed === undefined && ask !== undefined) {
      const typed = await ask(
        `  ${target.environment} is protected. Type the name of the database to go on: `,
      );
      if (typed !== database) throw new RefusedError(`"${typed}" is not "${database}"; nothing was run`);
    }
  }
  if (losses.length > 0 && !switchOption(options, 'allowDataLoss')) {
    if (ask === undefined) {
      reasons.push(`this would destroy data: ${lossSummary(question)}`);
      missing.push('--allow-data-loss');
    } else {
      const typed = await ask('  Type yes to destroy it: ');
      if (typed !== 'yes') throw new RefusedError('not confirmed; nothing was run');
    }
  }
  if (reasons.length > 0) {
    throw new RefusedError(`${reasons.join('; ')}; nothing was run`, {
      hint: `say ${missing.join(' ')} when that is meant`,
    });
  }
}

function lossSummary({ losses }: Consent): string {
  const shown = losses.slice(0, 5).map((loss) => {
    const count = loss.count === undefined ? '' : `${loss.count} `;
    return `${loss.object} (${count}${whatIsLost(loss)})`;
  });
  const more = losses.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
