import { basename } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import type { Config, ProjectConfig } from './config.ts';

/** Which database a command works on, before anything is started or connected. */
export type TargetChoice =
  /** A server: by URL, or without one by the `PG*` variables. `source` is how messages name where that comes from. */
  | { readonly kind: 'server'; readonly url?: string | undefined; readonly source: string }
  | { readonly kind: 'embedded'; readonly directory: string; readonly port: number | undefined }
  | { readonly kind: 'container' };

/** Variables that say where a database is, rather than how to connect to one. */
const PLACE_VARIABLES = ['PGHOST', 'PGHOSTADDR', 'PGPORT', 'PGDATABASE', 'PGSERVICE', 'PGUSER'];

/**
 * Decides the database of a project: `--embedded`, `--container`, `--url`, LMS_DB_URL, the config file,
 * DATABASE_URL, `PG*` variables, and with none of these the embedded PostgreSQL. In CI, with
 * NODE_ENV=production, and for a protected environment, nobody means the embedded one by saying nothing:
 * then it throws ConfigError.
 */
export function targetOf(config: Config, project: ProjectConfig): TargetChoice {
  const { variables, givenUrl } = config;
  const embedded: TargetChoice = { kind: 'embedded', ...config.embedded };
  if (config.backend === 'embedded') return embedded;
  if (config.backend === 'container') return { kind: 'container' };
  if (givenUrl !== undefined) return { kind: 'server', ...givenUrl };
  const file = config.file === undefined ? '' : basename(config.file);
  if (project.url !== undefined) {
    return { kind: 'server', url: project.url, source: `projects.${project.name}.url in ${file}` };
  }
  if (config.fileUrl !== undefined) return { kind: 'server', url: config.fileUrl, source: `url in ${file}` };
  const url = variables['DATABASE_URL'];
  if (url !== undefined) return { kind: 'server', url, source: 'DATABASE_URL' };
  const given = PLACE_VARIABLES.filter((name) => variables[name] !== undefined);
  if (given.length > 0) return { kind: 'server', source: given.join(', ') };
  const why = whyNotEmbedded(config);
  if (why === undefined) return embedded;
  throw new ConfigError(`no database is named, and ${why}`, [], {
    hint: 'name it with --url, DATABASE_URL or the PG* variables; --embedded asks for the embedded PostgreSQL all the same',
  });
}

function whyNotEmbedded({ variables, environment, protectedEnvironments }: Config): string | undefined {
  const ci = variables['CI'];
  if (ci !== undefined && !['false', '0', 'no'].includes(ci.toLowerCase())) return 'CI is set';
  if (variables['NODE_ENV'] === 'production') return 'NODE_ENV is production';
  if (protectedEnvironments.includes(environment))
    return `the environment is ${environment}, which is protected`;
  return undefined;
}
