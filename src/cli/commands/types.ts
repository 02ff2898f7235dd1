import { generateTypes } from '../../operations/generate-types.ts';
import type { CommandDefinition } from '../command.ts';
import { typesMode, typesRequest } from '../types-request.ts';
import { withTarget } from '../with-target.ts';

export const command: CommandDefinition = {
  summary: 'typed Kysely schema of the database',
  description:
    'Writes the TypeScript types of the connected database, for Kysely, to types/<project>.ts. The file is replaced as a whole, and only when it changes. Reads the database only: takes no lock, and works with a role that may only read. What a project always wants stands in the config under types.',
  options: [
    {
      flags: '--check',
      description: 'write nothing; exit with 8 and show the difference when the file is out of date',
    },
    { flags: '--out <file>', description: 'write to this file instead' },
    { flags: '--print', description: 'write to stdout instead; everything else goes to stderr' },
    { flags: '--camel-case', description: 'names as Kysely’s CamelCasePlugin gives them' },
    { flags: '--singularize', description: 'interfaces in the singular: User for users' },
    {
      flags: '--include <pattern>',
      description: 'only these tables: users, audit.*; may be given several times',
      repeatable: true,
    },
    {
      flags: '--exclude <pattern>',
      description: 'not these tables; may be given several times',
      repeatable: true,
    },
    {
      flags: '--schema <name>',
      description: 'only this schema; may be given several times',
      repeatable: true,
    },
    { flags: '--enum-arrays', description: 'a constant list of the labels beside each enum' },
  ],
  examples: [
    ['lms-db types', 'write types/<project>.ts'],
    ['lms-db types --check', 'for a pipeline: exit 8 when the file is out of date'],
    ['lms-db types --print --include "course*"', 'look at some of them'],
    ['lms-db up --types', 'migrate, and generate the types of the result'],
  ],
  run: async (invocation) => {
    const mode = typesMode(invocation);
    const report = await withTarget(invocation, async (context, { config }) =>
      generateTypes(context, await typesRequest(invocation, config, mode)),
    );
    // Whoever only wants types of a database needs no migrations.
    return { ...report, findings: report.findings.filter(({ code }) => code !== 'no-migrations') };
  },
};
