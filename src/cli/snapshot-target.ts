import { ownEngine, pgDumpEngine } from '../backends/snapshot-engines.ts';
import type { Config } from '../config/config.ts';
import { projectOf } from '../config/projects.ts';
import { UsageError } from '../core/errors.ts';
import type { Report } from '../core/report.ts';
import { generatedFile } from '../files/generated-file.ts';
import { snapshot } from '../operations/snapshot.ts';
import type { SnapshotRequest } from '../operations/snapshot.ts';
import type { Invocation } from './invocation.ts';
import { switchOption, textOption } from './options.ts';
import { throwawayOf } from './throwaway.ts';
import { withOpened, withTarget } from './with-target.ts';

/** Runs `snapshot`: apart from its definition, so that the help of it loads no driver. */
export async function snapshotTarget(invocation: Invocation): Promise<Report> {
  const { options, signal } = invocation;
  const mode = modeOf(invocation);
  const withPgDump = switchOption(options, 'pgDump');
  if (switchOption(options, 'fromFiles')) {
    if (withPgDump) {
      throw new UsageError('--from-files and --pg-dump exclude each other', {
        hint: 'take a snapshot of the database that `lms-db up` made, with --pg-dump',
      });
    }
    return withOpened(
      invocation,
      async (config, project) => {
        const database = await throwawayOf(invocation, config);
        const { backend, label } = database;
        const { environment } = config;
        const target = { project: project.name, backend, database: label, environment };
        invocation.aim(target, `applying the files to ${label}`);
        invocation.emit({ type: 'connected', target });
        return { config, database, target };
      },
      (context, { config }) =>
        snapshot(context, {
          mode,
          file: fileOf(invocation, config),
          engine: ownEngine(config.historySchema),
          fromFiles: true,
        }),
    );
  }
  if (textOption(options, 'on') !== undefined) throw new UsageError('--on belongs to --from-files');
  const report = await withTarget(invocation, (context, { config, parameters }) =>
    snapshot(context, {
      mode,
      file: fileOf(invocation, config),
      engine: withPgDump
        ? pgDumpEngine({
            program: config.variables['PG_DUMP'] ?? 'pg_dump',
            parameters,
            historySchema: config.historySchema,
            signal,
          })
        : ownEngine(config.historySchema),
      fromFiles: false,
    }),
  );
  // Whoever only wants the schema of a database needs no migrations.
  return { ...report, findings: report.findings.filter(({ code }) => code !== 'no-migrations') };
}

function fileOf({ cwd, options }: Invocation, config: Config): SnapshotRequest['file'] {
  const out = textOption(options, 'out');
  return generatedFile(
    out === undefined ? config.root : cwd,
    out ?? projectOf(config).directories.snapshot,
    'snapshot',
    'name another file with --out',
  );
}

/** The mode that the flags ask for. Throws UsageError. */
function modeOf({ options }: Invocation): SnapshotRequest['mode'] {
  const [check, print] = [switchOption(options, 'check'), switchOption(options, 'print')];
  const out = textOption(options, 'out');
  if (check && print) throw new UsageError('--check and --print exclude each other');
  if (print && out !== undefined) {
    throw new UsageError('--print and --out exclude each other', { hint: '--print writes to stdout' });
  }
  if (out?.trim() === '') throw new UsageError('--out names no file');
  return check ? 'check' : print ? 'print' : 'write';
}
