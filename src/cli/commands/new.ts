import { UsageError } from '../../core/errors.ts';
import { newMigration } from '../../files/write-migration.ts';
import type { CommandDefinition } from '../command.ts';
import { locate } from '../locate.ts';
import { switchOption } from '../options.ts';

export const command: CommandDefinition = {
  summary: 'write a migration with its rollback pair',
  description:
    'Writes migrations/…/VERSION-name.sql and rollbacks/…/VERSION-name.sql. The version is a UTC timestamp, or the next number where the project counts.',
  arguments: [['<name...>', 'what it does, in words: add course search']],
  options: [
    { flags: '--number', description: 'start a project that counts 001, 002, … instead of timestamps' },
  ],
  examples: [['lms-db new add course search', 'two files to fill in']],
  run: async (invocation) => {
    const description = invocation.arguments.join(' ').trim();
    if (description === '')
      throw new UsageError('new needs a name', { hint: 'lms-db new add course search' });
    const { config, project } = await locate(invocation);
    const written = newMigration({
      root: config.root,
      directories: project.directories,
      description,
      now: new Date(invocation.clock.now()),
      numbering: switchOption(invocation.options, 'number') ? 'number' : undefined,
    });
    return {
      formatVersion: 1,
      command: 'new',
      targets: [],
      findings: [],
      files: [written.migration, written.rollback].map((path) => ({ path, action: 'written' })),
      notes: ['next: fill in both, then lms-db plan · lms-db up · lms-db redo'],
      exitCode: 0,
    };
  },
};
