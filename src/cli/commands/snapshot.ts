import type { CommandDefinition } from '../command.ts';

export const command: CommandDefinition = {
  summary: 'the schema as one SQL file that loads back',
  description:
    'Writes the schema of the connected database to schema.sql, or to snapshots/<project>.sql where the repository has several projects. The same schema gives the same bytes, on any machine: no dates, no versions of tools, an order of its own. Loaded into an empty database it gives the same schema again; whoever loads it owns what the main role of the database owns. The tables of lms-db itself and what extensions bring along are left out. An object that cannot be written is named, and then nothing is written. Reads the database only: takes no lock, and needs no pg_dump.',
  options: [
    {
      flags: '--check',
      description: 'write nothing; exit with 8 and show the difference when the file is out of date',
    },
    { flags: '--out <file>', description: 'write to this file instead' },
    { flags: '--print', description: 'write to stdout instead; everything else goes to stderr' },
    {
      flags: '--from-files',
      description: 'the schema that the files produce on a throwaway database; needs no other one',
    },
    {
      flags: '--on <url>',
      description: 'with --from-files: a server on which the throwaway database may be made and dropped',
    },
    {
      flags: '--pg-dump',
      description: 'let pg_dump write it (PG_DUMP, or the one on PATH), of at least the server’s version',
    },
  ],
  examples: [
    ['lms-db snapshot', 'write schema.sql, or snapshots/<project>.sql'],
    ['lms-db snapshot --check --from-files', 'for a pipeline: is the file what the migrations give?'],
    ['lms-db snapshot --print | psql new', 'load the schema into an empty database'],
  ],
  run: async (invocation) => {
    const { snapshotTarget } = await import('../snapshot-target.ts');
    return snapshotTarget(invocation);
  },
};
