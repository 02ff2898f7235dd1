import type { CommandDefinition } from '../command.ts';

export const command: CommandDefinition = {
  summary: 'prove migrations and rollbacks on a throwaway database',
  description:
    'Runs each migration with its guards, its rollback, and the migration again, on a throwaway database: first on empty tables, where the schema before and after is compared object by object, then with rows, where the data is. Measures the locks, rewrites and scans of each statement. Says what a rollback forgets, and writes what was proven to rehearsals/<project>.json. The database of the project is only asked what is pending; with versions, a range, --all or --unproven it is not needed at all. Exits with 6 when a migration is not proven.',
  arguments: [['[versions...]', 'only these; without versions, all that are pending']],
  options: [
    { flags: '--all', description: 'every migration of the project' },
    { flags: '--from <version>', description: 'from this version on' },
    { flags: '--to <version>', description: 'up to this version' },
    { flags: '--unproven', description: 'those without a proof that still holds' },
    { flags: '--on <url>', description: 'a server on which the throwaway database may be made and dropped' },
    { flags: '--rows <n>', description: 'rows for each table that has none (default 3)' },
    { flags: '--no-rows', description: 'empty tables only' },
    { flags: '--locks', description: 'show what every statement locks, rewrites, reads and writes' },
    { flags: '--no-write', description: 'leave the file of proofs as it is' },
    { flags: '--check', description: 'run nothing; exit with 10 when a migration has no proof that holds' },
  ],
  examples: [
    ['lms-db rehearse', 'what is pending'],
    ['lms-db rehearse --unproven', 'in a pipeline: what is new or changed'],
    ['lms-db rehearse --all --on postgresql://…', 'on a server of the version that production has'],
    ['lms-db rehearse --check', 'are all proofs there, and do they still hold?'],
  ],
  run: async (invocation) => {
    const { rehearseTarget } = await import('../rehearse-target.ts');
    return rehearseTarget(invocation);
  },
};
