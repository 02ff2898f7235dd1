import { wait } from '../../operations/wait.ts';
import type { CommandDefinition } from '../command.ts';
import { durationOption } from '../shared-options.ts';
import { withTarget } from '../with-target.ts';

export const command: CommandDefinition = {
  summary: 'wait until the server takes connections',
  description:
    'For pipelines that start a database: returns when a connection succeeds, or fails after the timeout.',
  options: [{ flags: '--timeout <duration>', description: 'how long; default 60s' }],
  examples: [['lms-db wait --timeout 2min && lms-db up', 'start when the server is ready']],
  run: (invocation) => {
    const timeout = durationOption(invocation.options, 'timeout', '--timeout') ?? 60_000;
    return withTarget(invocation, (context) => wait(context, { timeout }));
  },
};
