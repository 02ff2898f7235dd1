import type { CommandDefinition } from '../command.ts';

export const command: CommandDefinition = {
  summary: 'the live schema against what the files produce',
  description:
    'Applies the files of what is applied to a throwaway database and compares the two schemas object by object, down to comments, grants and the state of triggers. Shows what is missing, what is not in the files and what changed, each with the statements that mend it. With several --against, a difference that several of the databases share is shown once, with their names. Exits with 8 when there is a difference. Looks only; the throwaway database is made in a container where Docker runs, else on an embedded server, or on the server that --on names.',
  options: [
    {
      flags: '--against <url>',
      description: 'compare with another database instead of the files; may be given several times',
      repeatable: true,
    },
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
    ['lms-db drift --against postgresql://…/a --against postgresql://…/b', 'one database and several others'],
  ],
  run: async (invocation) => {
    const { driftTarget } = await import('../drift-target.ts');
    return driftTarget(invocation);
  },
};
