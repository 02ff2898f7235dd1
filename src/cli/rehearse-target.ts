import { DIGEST_STATEMENT, pictureDigest } from '../backends/picture/digest.ts';
import { readPicture } from '../backends/picture/read-picture.ts';
import { filler } from '../backends/rehearsal/fill.ts';
import { readFingerprints } from '../backends/rehearsal/fingerprints.ts';
import { meter } from '../backends/rehearsal/meter.ts';
import type { Config, ProjectConfig } from '../config/config.ts';
import { projectOf } from '../config/projects.ts';
import { UsageError } from '../core/errors.ts';
import { errorsOf, EXIT } from '../core/finding.ts';
import type { Finding } from '../core/finding.ts';
import { compareVersions } from '../core/migration.ts';
import type { MigrationFile } from '../core/migration.ts';
import { pendingOf } from '../core/plan.ts';
import { proofsAfter, proofStates } from '../core/rehearsal-proof.ts';
import type { ThrowawayDatabase } from '../core/rehearsal-ports.ts';
import type { Report, TargetReport } from '../core/report.ts';
import { readProofs, writeProofs } from '../files/proof-file.ts';
import { readProject } from '../files/read-project.ts';
import type { Context } from '../operations/context.ts';
import { withSession } from '../operations/open.ts';
import { rehearse } from '../operations/rehearse.ts';
import { unproven } from '../operations/require-rehearsed.ts';
import type { Invocation } from './invocation.ts';
import { locate } from './locate.ts';
import { numberOption, switchOption, textOption, versionOption } from './options.ts';
import { seedsThatFit } from './rehearse-seeds.ts';
import { throwawayOf } from './throwaway.ts';
import { withOpened, withTarget } from './with-target.ts';

/** Rows that a table gets where nobody says otherwise. */
const ROWS = 3;

/** Runs `rehearse`: apart from its definition, so that the help of it loads no driver. */
export async function rehearseTarget(invocation: Invocation): Promise<Report> {
  const { options } = invocation;
  rowsOf(invocation);
  if (switchOption(options, 'check')) return checkedProofs(invocation);
  if (byFiles(invocation)) {
    const { config, project } = await locate(invocation);
    const files = readProject({ project: project.name, root: config.root, directories: project.directories });
    const versions = chosen(invocation, files.migrations, config);
    if (versions.size === 0 && errorsOf(files.faults).length === 0) {
      return { ...NOTHING, command: invocation.command, notes: [`${project.name} · nothing to rehearse`] };
    }
    return withOpened(
      invocation,
      () => openForFiles(invocation, config, project),
      (context, { database }) => rehearsed(invocation, context, config, database, versions),
    );
  }
  return withTarget(invocation, async (context, { config }) => {
    const { versions, major, target } = await withSession(context, 'look', ({ session, state, target }) =>
      Promise.resolve({
        versions: pendingOf(context.files, state).map(({ version }) => version),
        major: Math.floor(session.serverVersion / 10_000),
        target,
      }),
    );
    if (versions.length === 0) {
      const notes = ['', 'nothing is pending, so nothing is rehearsed; --all takes every migration'];
      return { target, outcomes: [], findings: [], notes, exitCode: EXIT.done, duration: 0 };
    }
    const database = await throwawayOf(invocation, config);
    try {
      const report = await rehearsed(invocation, context, config, database, new Set(versions));
      const here = Number.parseInt(report.rehearsal?.serverVersion ?? '', 10);
      const findings = here === major ? [] : [otherMajor(here, major)];
      return { ...report, target, findings: [...report.findings, ...findings] };
    } finally {
      await database.close();
    }
  });
}

/** A report of a command that had nothing to do. */
const NOTHING: Omit<Report, 'command'> = {
  formatVersion: 1,
  targets: [],
  findings: [],
  exitCode: EXIT.done,
};

/** How many rows a table gets that has none. Throws UsageError. */
function rowsOf({ options }: Invocation): number {
  return options['rows'] === false ? 0 : (numberOption(options, 'rows', '--rows', 1) ?? ROWS);
}

/** True where the files alone say what is to be rehearsed, so that no target is needed. */
function byFiles(invocation: Invocation): boolean {
  const { options } = invocation;
  const ways = [
    invocation.arguments.length > 0,
    switchOption(options, 'all'),
    textOption(options, 'from') !== undefined || textOption(options, 'to') !== undefined,
    switchOption(options, 'unproven'),
  ].filter(Boolean).length;
  if (ways > 1) {
    throw new UsageError('versions, --all, --from with --to, and --unproven exclude each other', {
      hint: 'choose one way to say what is to be rehearsed',
    });
  }
  return ways === 1;
}

async function openForFiles(
  invocation: Invocation,
  config: Config,
  project: ProjectConfig,
): Promise<{ config: Config; database: ThrowawayDatabase; target: Context['target'] }> {
  const database = await throwawayOf(invocation, config);
  const target = {
    project: project.name,
    backend: database.backend,
    // Where it lies stands in the line below.
    database: 'throwaway',
    environment: config.environment,
  };
  invocation.aim(target, `preparing ${database.label}`);
  invocation.emit({ type: 'connected', target });
  return { config, database, target };
}

/** The versions that the command line names, out of the files. Throws UsageError for one that is not there. */
function chosen(
  invocation: Invocation,
  files: readonly MigrationFile[],
  config: Config,
): ReadonlySet<string> {
  const { options } = invocation;
  const known = (text: string): string => {
    const digits = /^\d+/.exec(text)?.[0] ?? text;
    const file = files.find(({ version }) => version === digits);
    if (file !== undefined) return file.version;
    throw new UsageError(`there is no migration with version ${text}`, {
      hint: '`lms-db status` lists the versions',
    });
  };
  if (invocation.arguments.length > 0) return new Set(invocation.arguments.map(known));
  if (switchOption(options, 'unproven')) {
    const { root } = config;
    const states = proofStates(files, readProofs(root, projectOf(config).directories.rehearsals));
    return new Set(
      files
        .map(({ version }) => version)
        .filter((version) => !['proven', 'irreversible'].includes(states.get(version) ?? '')),
    );
  }
  const from = versionOption(options, 'from', '--from');
  const to = versionOption(options, 'to', '--to');
  for (const version of [from, to]) if (version !== undefined) known(version);
  return new Set(
    files
      .map(({ version }) => version)
      .filter(
        (version) =>
          (from === undefined || compareVersions(version, from) >= 0) &&
          (to === undefined || compareVersions(version, to) <= 0),
      ),
  );
}

async function rehearsed(
  invocation: Invocation,
  context: Context,
  config: Config,
  database: ThrowawayDatabase,
  versions: ReadonlySet<string>,
): Promise<TargetReport> {
  const { options } = invocation;
  const project = projectOf(config);
  const rows = rowsOf(invocation);
  const { historySchema, root } = config;
  const report = await rehearse(context, database, {
    versions,
    rows,
    seeds: seedsThatFit(invocation, config, project),
    historySchema,
    shown: switchOption(options, 'locks') ? 'statements' : 'worst',
    tools: {
      picture: (session) => readPicture(session, historySchema),
      digest: { of: (session) => pictureDigest(session, historySchema), statement: DIGEST_STATEMENT },
      fingerprints: (session) => readFingerprints(session, [historySchema]),
      meter,
      filler,
    },
  });
  const { rehearsal } = report;
  if (rehearsal === undefined || rehearsal.migrations.length === 0 || options['write'] === false)
    return report;
  const path = project.directories.rehearsals;
  writeProofs(root, path, proofsAfter(project.name, context.files, readProofs(root, path), rehearsal));
  return { ...report, rehearsal: { ...rehearsal, proofs: path } };
}

/** `--check`: are all proofs there, and do they still hold? Asks no database. */
async function checkedProofs(invocation: Invocation): Promise<Report> {
  const { config, project } = await locate(invocation);
  const files = readProject({ project: project.name, root: config.root, directories: project.directories });
  const proofs = readProofs(config.root, project.directories.rehearsals);
  const findings = [
    ...files.faults,
    ...unproven(
      files.migrations.map(({ version }) => version),
      files.migrations,
      proofs,
    ),
  ];
  const [first] = errorsOf(findings);
  const count = files.migrations.length;
  return {
    formatVersion: 1,
    command: invocation.command,
    targets: [],
    findings,
    notes:
      first === undefined
        ? [`${project.name} · ${count} of ${count} migrations are proven`]
        : ['next: lms-db rehearse --unproven'],
    exitCode: first?.exitCode ?? EXIT.done,
  };
}

function otherMajor(here: number, there: number): Finding {
  return {
    code: 'other-server-version',
    severity: 'warning',
    exitCode: EXIT.done,
    message: `rehearsed on PostgreSQL ${here}, but the database runs ${there}: a statement may lock, or fail, differently there`,
    hint: `give a server of version ${there} with --on`,
  };
}
