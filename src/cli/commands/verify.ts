import { OFFENDERS, verify } from '../../operations/verify.ts';
import type { CommandDefinition } from '../command.ts';
import { listOption, numberOption, switchOption } from '../options.ts';
import { withTarget } from '../with-target.ts';

export const command: CommandDefinition = {
  summary: 'run the checks of the database',
  description:
    'Runs the checks of the project (checks/<project>/*.sql that bear no version) and the built-in ones (docs/checks.md) in one read-only transaction on one snapshot. Takes no lock, creates nothing, and works with a role that may only read. Exits with 6 when a check of severity error fails.',
  options: [
    {
      flags: '--only <name>',
      description: 'a check, a file of checks or a built-in check by name; may be given several times',
      repeatable: true,
    },
    { flags: '--offenders <n>', description: `how many offending rows are shown (default ${OFFENDERS})` },
    { flags: '--skip-builtin', description: 'only the checks of the project' },
  ],
  examples: [
    ['lms-db verify', 'every check'],
    ['lms-db verify --only structure --only invalid-index', 'the checks of structure.sql and one built-in'],
    [
      'lms-db verify --reporter github --reporter junit:checks.xml',
      'for a pipeline: annotations, and a file',
    ],
  ],
  run: (invocation) => {
    const { options } = invocation;
    const request = {
      only: listOption(options, 'only'),
      offenders: numberOption(options, 'offenders', '--offenders', 0) ?? OFFENDERS,
      skipBuiltin: switchOption(options, 'skipBuiltin'),
    };
    return withTarget(invocation, (context) => verify(context, request));
  },
};
