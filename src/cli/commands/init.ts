import { projectOf } from '../../config/projects.ts';
import { loadConfig } from '../../config/load-config.ts';
import { UsageError } from '../../core/errors.ts';
import { DEFAULT_TYPE_SETTINGS } from '../../core/type-settings.ts';
import type { TypeSettings } from '../../core/type-settings.ts';
import { scaffold } from '../../files/scaffold.ts';
import type { CommandDefinition } from '../command.ts';
import { textOption } from '../options.ts';

export const command: CommandDefinition = {
  summary: 'set up a repository, empty or from a bundled project',
  description:
    'Makes the folders and the configuration of a repository with one database in the current folder. Never overwrites: what exists is left as it is and listed.',
  options: [
    {
      flags: '--from <project>',
      description: 'start with the files of a bundled project: lms, enpyco, neothink or humanglue',
    },
  ],
  examples: [
    ['lms-db init', 'an empty repository'],
    ['lms-db init --from lms', 'the lms database as your own starting point'],
  ],
  run: async (invocation) => {
    const from = textOption(invocation.options, 'from');
    const done = scaffold({
      root: invocation.cwd,
      from: from === undefined ? undefined : await bundled(invocation.packageRoot, from),
    });
    return {
      formatVersion: 1,
      command: 'init',
      targets: [],
      findings: [],
      files: [
        ...done.written.map((path) => ({ path, action: 'written' as const })),
        ...done.extended.map((path) => ({ path, action: 'extended' as const })),
        ...done.left.map((path) => ({ path, action: 'left' as const })),
      ],
      notes: [
        `next: ${from === undefined ? 'lms-db new create first table · ' : ''}lms-db up · lms-db status`,
      ],
      exitCode: 0,
    };
  },
};

async function bundled(packageRoot: string, name: string): Promise<Parameters<typeof scaffold>[0]['from']> {
  const config = await loadConfig({ cwd: packageRoot, env: {}, flags: {} });
  const project = config.projects.find((candidate) => candidate.name === name);
  if (project === undefined) {
    throw new UsageError(`there is no bundled project "${name}"`, {
      hint: `there is ${config.projects.map((candidate) => candidate.name).join(', ')}`,
    });
  }
  const { directories, postgres, tenancy, allowed, types } = projectOf(config, name);
  return {
    project: name,
    root: packageRoot,
    directories,
    page: `docs/databases/${name}.md`,
    settings: {
      postgres: `>=${postgres}`,
      ...(tenancy === undefined ? {} : { tenancy }),
      ...(allowed === undefined ? {} : { builtin: { allow: allowed } }),
      ...(types === undefined ? {} : { types: chosenOf(types) }),
    },
  };
}

/** What a project says of its types, without what goes without saying. */
function chosenOf(types: TypeSettings): Readonly<Record<string, unknown>> {
  const usual: Readonly<Record<string, unknown>> = { ...DEFAULT_TYPE_SETTINGS };
  return Object.fromEntries(
    Object.entries(types).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(usual[key])),
  );
}
