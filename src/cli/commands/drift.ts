import type { CommandDefinition } from '../command.ts';

export const command: CommandDefinition = {
  summary: 'the live schema against what the files produce',
  description:
    'Applies the files of what is applied to a throwaway database and compares the two schemas object by object, down to comments, grants and the state of triggers. Exits with 8 when they differ. Looks only; the throwaway database is made in a container where Docker runs, else on an embedded server, or on the server that --on names.',
  options: [
    { flags: '--against <url>', description: 'compare with another database instead of the files' },
    { flags: '--on <url>', description: 'a server on which the throwaway database may be made and dropped' },
    {
      flags: '--ignore <pattern>',
      description: 'leave out what starts like this, with *: "index tmp_*"; may be given several times',
      repeatable: true,
    },
  ],
  examples: [
    ['lms-db drift', 'has anybody changed the database by hand?'],
    ['lms-db drift --against postgresql://…/staging', 'two databases, object by object'],
  ],
  run: async (invocation) => {
    const { driftTarget } = await import('../drift-target.ts');
    return driftTarget(invocation);
  },
};
