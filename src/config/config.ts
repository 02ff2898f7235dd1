import type { Tenancy } from '../core/builtin-check.ts';
import type { ProjectDirectories } from '../core/project-files.ts';
import type { RunSettings } from '../core/settings.ts';
import type { TypeSettings } from '../core/type-settings.ts';
import type { Allowed } from './project-checks.ts';

/** Environment variables; an empty one counts as not set. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** One project of the repository. */
export interface ProjectConfig {
  readonly name: string;
  readonly directories: ProjectDirectories;
  /** The oldest major version of PostgreSQL that it runs on. */
  readonly postgres: number;
  readonly url?: string | undefined;
  readonly tenancy?: Tenancy | undefined;
  /** Findings of the built-in checks that are accepted. */
  readonly allowed?: Allowed | undefined;
  readonly types?: TypeSettings | undefined;
}

/** Everything that was decided before a command starts: parsed, complete, and free of mistakes. */
export interface Config {
  /** Absolute path that all paths are relative to: the folder of the config file, or the current one. */
  readonly root: string;
  /** Absolute path of the config file, where there is one. */
  readonly file: string | undefined;
  /** At least one. */
  readonly projects: readonly ProjectConfig[];
  /** The project that was asked for, or the default one; undefined where there are several and none was named. */
  readonly defaultProject: string | undefined;
  readonly environment: string;
  /** Whether somebody named the environment, or it is the default. */
  readonly environmentIsGiven: boolean;
  readonly protectedEnvironments: readonly string[];
  readonly historySchema: string;
  readonly settings: RunSettings;
  readonly embedded: {
    /** Absolute. */
    readonly directory: string;
    /** Of `serve`; undefined for any free one. */
    readonly port: number | undefined;
  };
  /** `--url` or LMS_DB_URL: wins over everything else. */
  readonly givenUrl: { readonly url: string; readonly source: string } | undefined;
  /** `url` of the config file. */
  readonly fileUrl: string | undefined;
  /** `--embedded` or `--container`. */
  readonly backend: 'embedded' | 'container' | undefined;
  /** The environment of the process, with what `.env` adds to it. */
  readonly variables: Variables;
}

/** What a config file may say. In TypeScript: `export default defineConfig({ … })`. */
export interface ConfigFile {
  /** Name of the one database; not beside `projects`. */
  readonly name?: string;
  /** The oldest PostgreSQL that the migrations run on: `'>=15'`. */
  readonly postgres?: string | number;
  readonly directories?: Partial<ProjectDirectories>;
  /** The column that names the tenant in every table, and the table of the tenants. */
  readonly tenancy?: Tenancy;
  /** Findings of the built-in checks that are accepted: by check, tables or other objects; `*` is all of them. */
  readonly builtin?: { readonly allow?: Allowed };
  /** How the types are generated. */
  readonly types?: Partial<TypeSettings>;
  readonly projects?: Readonly<
    Record<
      string,
      {
        readonly postgres?: string | number;
        readonly directories?: Partial<ProjectDirectories>;
        readonly url?: string;
        readonly tenancy?: Tenancy;
        readonly builtin?: { readonly allow?: Allowed };
        readonly types?: Partial<TypeSettings>;
      }
    >
  >;
  readonly defaultProject?: string;
  readonly url?: string;
  readonly environment?: string;
  readonly protectedEnvironments?: readonly string[];
  readonly historySchema?: string;
  /** `'3s'`; so are the other durations. */
  readonly lockTimeout?: string | 0;
  readonly lockAttempts?: number;
  readonly statementTimeout?: string | 0;
  readonly idleInTransactionTimeout?: string | 0;
  readonly lockWait?: string | 0;
  readonly embedded?: { readonly directory?: string; readonly port?: number };
}

/** Gives an editor the types of a config file, and the config back as it is. */
export function defineConfig(config: ConfigFile): ConfigFile {
  return config;
}
