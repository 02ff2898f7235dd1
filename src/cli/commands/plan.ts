import { OLDEST_POSTGRES } from '../../config/projects.ts';
import { pinOf } from '../../core/pin.ts';
import { preview } from '../../operations/preview.ts';
import type { CommandDefinition } from '../command.ts';
import { numberOption, switchOption, textOption, versionOption } from '../options.ts';
import { OUT_OF_ORDER } from '../shared-options.ts';
import { withTarget } from '../with-target.ts';

export const command: CommandDefinition = {
  summary: 'what `up` would do',
  description:
    'Shows the pending migrations in order with their statements, guards and impact assessment, and for each statement the locks that it takes on what is there already, with what lint says of it. Reads only. `--out` pins the plan by hash, for `up --plan`.',
  options: [
    { flags: '--to <version>', description: 'stop after this version' },
    { flags: '--steps <n>', description: 'at most so many' },
    OUT_OF_ORDER,
    { flags: '--out <file>', description: 'write the plan to this file, for `up --plan`' },
  ],
  examples: [
    ['lms-db plan', 'what would run'],
    ['lms-db plan --out plan.json && lms-db up --plan plan.json', 'review, then apply exactly that'],
  ],
  run: async (invocation) => {
    const { options } = invocation;
    const request = {
      to: versionOption(options, 'to', '--to'),
      steps: numberOption(options, 'steps', '--steps', 1),
      allowOutOfOrder: switchOption(options, 'allowOutOfOrder'),
    };
    const report = await withTarget(invocation, (context) =>
      preview(context, request, async (plan) => {
        const { planLocks } = await import('../../operations/plan-locks.ts');
        const { loadParser } = await import('../../parser/load-parser.ts');
        const { checks, minimumServer: postgres = OLDEST_POSTGRES, files } = context;
        return planLocks(files, plan, { postgres, tenancy: checks?.tenancy }, await loadParser());
      }),
    );
    const out = textOption(options, 'out');
    const [target] = report.targets;
    if (out === undefined || target?.plan === undefined || report.exitCode !== 0) return report;
    const { writePin } = await import('../../files/pin-file.ts');
    writePin(invocation.cwd, out, pinOf(target.plan, target.target.project));
    return {
      ...report,
      files: [{ path: out, action: 'written' }],
      notes: [`next: lms-db up --plan ${out}`],
    };
  },
};
