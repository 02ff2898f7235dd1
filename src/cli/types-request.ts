import type { Config } from '../config/config.ts';
import { projectOf } from '../config/projects.ts';
import { FindingsError, LmsDbError, UsageError } from '../core/errors.ts';
import { EXIT } from '../core/finding.ts';
import { reportedError } from '../core/report.ts';
import type { TargetReport } from '../core/report.ts';
import { DEFAULT_TYPE_SETTINGS } from '../core/type-settings.ts';
import type { TypeSettings } from '../core/type-settings.ts';
import { generatedFile } from '../files/generated-file.ts';
import type { Context } from '../operations/context.ts';
import { generateTypes } from '../operations/generate-types.ts';
import type { GenerateTypesRequest } from '../operations/generate-types.ts';
import type { Invocation } from './invocation.ts';
import { listOption, switchOption, textOption } from './options.ts';

/**
 * What the configuration and the flags ask of the types of a project. The generator is loaded here, and
 * only here: no other command pays for it.
 */
export async function typesRequest(
  { cwd, options }: Pick<Invocation, 'cwd' | 'options'>,
  config: Config,
  mode: GenerateTypesRequest['mode'],
): Promise<GenerateTypesRequest> {
  const project = projectOf(config);
  const { generateTypesOf } = await import('../backends/types/generate.ts');
  const out = textOption(options, 'out');
  return {
    mode,
    file: generatedFile(
      out === undefined ? config.root : cwd,
      out ?? project.directories.types,
      'types',
      'name another file with --out',
    ),
    engine: generateTypesOf,
    settings: withFlags(project.types ?? DEFAULT_TYPE_SETTINGS, options),
    historySchema: config.historySchema,
  };
}

/** `up --types`: after a success, the types of what the database has become. */
export async function withTypes(
  invocation: Pick<Invocation, 'cwd' | 'options'>,
  context: Context,
  config: Config,
  report: TargetReport,
): Promise<TargetReport> {
  const { options } = invocation;
  const wanted = switchOption(options, 'types') && !switchOption(options, 'dryRun');
  if (!wanted || report.exitCode !== EXIT.done) return report;
  const quiet: Context = { ...context, emit: () => undefined };
  let made: TargetReport;
  try {
    made = await generateTypes(quiet, await typesRequest(invocation, config, 'write'));
  } catch (error) {
    // What was applied is applied, and the report must go on saying so.
    if (!(error instanceof LmsDbError)) throw error;
    const reasons = error instanceof FindingsError ? error.findings : [];
    const findings = [...report.findings, ...reasons];
    return { ...report, findings, error: reportedError(error), exitCode: error.exitCode };
  }
  // What `up` left for later, it was asked to leave.
  const findings = made.findings.filter(({ code }) => code !== 'pending');
  return {
    ...report,
    types: made.types,
    findings: [...report.findings, ...findings],
    duration: report.duration + made.duration,
  };
}

/** The mode that the flags of `types` ask for. Throws UsageError. */
export function typesMode({ options }: Pick<Invocation, 'options'>): GenerateTypesRequest['mode'] {
  const [check, print] = [switchOption(options, 'check'), switchOption(options, 'print')];
  if (check && print) throw new UsageError('--check and --print exclude each other');
  if (print && textOption(options, 'out') !== undefined) {
    throw new UsageError('--print and --out exclude each other', { hint: '--print writes to stdout' });
  }
  if (textOption(options, 'out')?.trim() === '') throw new UsageError('--out names no file');
  return check ? 'check' : print ? 'print' : 'write';
}

/** A list that is typed stands in the place of the one in the file. */
function withFlags(settings: TypeSettings, options: Invocation['options']): TypeSettings {
  const list = (flag: string, configured: readonly string[]): readonly string[] => {
    const typed = listOption(options, flag);
    return typed.length === 0 ? configured : typed;
  };
  return {
    ...settings,
    camelCase: settings.camelCase || switchOption(options, 'camelCase'),
    singularize: settings.singularize || switchOption(options, 'singularize'),
    enumArrays: settings.enumArrays || switchOption(options, 'enumArrays'),
    include: list('include', settings.include),
    exclude: list('exclude', settings.exclude),
    schemas: list('schema', settings.schemas),
  };
}
