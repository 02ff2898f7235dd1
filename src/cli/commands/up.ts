import type { Config } from '../../config/config.ts';
import { projectOf } from '../../config/projects.ts';
import type { Proofs } from '../../core/rehearsal-proof.ts';
import { migrateAndVerify } from '../../operations/verify-after.ts';
import type { CommandDefinition } from '../command.ts';
import { numberOption, switchOption, textOption, versionOption } from '../options.ts';
import { interruptedOption, INTERRUPTED, MAX_ERRORS, OUT_OF_ORDER } from '../shared-options.ts';
import { withTarget } from '../with-target.ts';

export const command: CommandDefinition = {
  summary: 'apply what is pending',
  description:
    'Applies the pending migrations in order, each in one transaction together with its guards and its history row. The first failure ends the run and leaves what came before applied. When something was applied, the checks of the database run after the last COMMIT; one that fails makes the exit code 6, and what was applied stays.',
  options: [
    { flags: '--to <version>', description: 'stop after this version' },
    { flags: '--steps <n>', description: 'apply at most so many' },
    OUT_OF_ORDER,
    { flags: '--plan <file>', description: 'apply exactly what `plan --out` wrote, or refuse' },
    { flags: '--backup <file>', description: 'first write a pg_dump of the database to this file' },
    {
      flags: '--require-rehearsed',
      description: 'refuse a migration that `rehearse` has not proven as it is now',
    },
    { flags: '--dry-run', description: 'show the plan, run nothing' },
    { flags: '--no-checks', description: 'do not run the checks of the database afterwards' },
    { flags: '--seed', description: 'then load the seeds, as `seed` does' },
    MAX_ERRORS,
    { flags: '--types', description: 'then write the types of the result, as `types` does' },
    INTERRUPTED,
  ],
  examples: [
    ['lms-db up', 'apply everything that is pending'],
    ['lms-db up --to 20251103000013', 'stop after that version'],
    ['lms-db up --seed', 'and load the seeds'],
    ['lms-db up --types', 'and write the types of the result'],
    ['lms-db up --json', 'the report as JSON on stdout, progress on stderr'],
  ],
  run: async (invocation) => {
    const { options, cwd } = invocation;
    const backup = textOption(options, 'backup');
    const pinFile = textOption(options, 'plan');
    const request = {
      to: versionOption(options, 'to', '--to'),
      steps: numberOption(options, 'steps', '--steps', 1),
      allowOutOfOrder: switchOption(options, 'allowOutOfOrder'),
      dryRun: switchOption(options, 'dryRun'),
      interrupted: interruptedOption(options),
      pin:
        pinFile === undefined ? undefined : (await import('../../files/pin-file.ts')).readPin(cwd, pinFile),
    };
    // Seeds and types bring Kysely along: whoever does not ask for them does not wait for it.
    const seeds = switchOption(options, 'seed') ? await import('../seed-target.ts') : undefined;
    await seeds?.requireSeeds(invocation);
    return withTarget(invocation, async (context, { parameters, config }) => {
      const report = await migrateAndVerify(context, {
        ...request,
        rehearsed: switchOption(options, 'requireRehearsed') ? await proofsOf(config) : undefined,
        checks: options['checks'] !== false,
        before:
          backup === undefined
            ? undefined
            : async () => {
                const { backUp } = await import('../../backends/backup.ts');
                await backUp(parameters, cwd, backup, context.signal);
                context.emit({ type: 'note', message: `backup written to ${backup}` });
              },
      });
      const seeded = seeds === undefined ? report : await seeds.withSeeds(invocation, context, report);
      if (!switchOption(options, 'types')) return seeded;
      const { withTypes } = await import('../types-request.ts');
      return withTypes(invocation, context, config, seeded);
    });
  },
};

async function proofsOf(config: Config): Promise<{ readonly proofs: Proofs | undefined }> {
  const { readProofs } = await import('../../files/proof-file.ts');
  return { proofs: readProofs(config.root, projectOf(config).directories.rehearsals) };
}
