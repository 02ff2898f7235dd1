import { loadConfig } from '../config/load-config.ts';
import { projectOf } from '../config/projects.ts';
import type { Config, ProjectConfig } from '../config/config.ts';
import type { Invocation } from './invocation.ts';
import { configFlags } from './options.ts';

/** The configuration, and the project that the command is about. Throws ConfigError, UsageError. */
export async function locate(
  invocation: Invocation,
): Promise<{ readonly config: Config; readonly project: ProjectConfig }> {
  const { cwd, env, options } = invocation;
  const config = await loadConfig({ cwd, env, flags: configFlags(options) });
  return { config, project: projectOf(config) };
}
