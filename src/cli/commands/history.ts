import { log } from '../../operations/log.ts';
import type { CommandDefinition } from '../command.ts';
import { numberOption } from '../options.ts';
import { withTarget } from '../with-target.ts';

export const command: CommandDefinition = {
  summary: 'the append-only event log, failures included',
  description: 'What was applied, rolled back, failed or interrupted, when and by whom; newest first.',
  options: [{ flags: '--limit <n>', description: 'at most so many events; default 50' }],
  examples: [['lms-db history --limit 10', 'the last ten events']],
  run: (invocation) => {
    const limit = numberOption(invocation.options, 'limit', '--limit', 1) ?? 50;
    return withTarget(invocation, (context) => log(context, { limit }));
  },
};
