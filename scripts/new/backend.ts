import { inserted } from './template.ts';
import type { Template } from './template.ts';

const LIST = 'src/core/target.ts';

/** A backend: src/backends/<name>.ts, its word in BackendKind, a test that needs no server. */
export const backend: Template = ({ name, camel, read }) => {
  const list = read(LIST);
  const open = `open${camel.charAt(0).toUpperCase()}${camel.slice(1)}`;
  if (new RegExp(`BackendKind = [^;]*'${name}'`).test(list))
    throw new Error(`there is a backend ${name} already`);
  return {
    files: [
      { path: `src/backends/${name}.ts`, text: backendFile(name, open) },
      { path: `test/unit/backends/${name}.test.ts`, text: backendTest(name, open) },
    ],
    edits: [
      { path: LIST, text: inserted(list, /(?<=export type BackendKind = [^;]*);/, ` | '${name}'`, LIST) },
    ],
    next: [
      `find or start the database in src/backends/${name}.ts; past that point all backends are one pg connection`,
      'choose it in src/config/choose-target.ts, and open it in src/cli/open-database.ts by a dynamic import',
    ],
  };
};

function backendFile(name: string, open: string): string {
  return `import type { Database } from '../core/database.ts';
import { connect } from './connect.ts';
import { describeConnection } from './connection/describe.ts';
import type { ConnectionParameters } from './parameters.ts';

/** Say where this database comes from, and what close() gives back. */
export function ${open}(parameters: ConnectionParameters): Database {
  return {
    backend: '${name}',
    label: describeConnection(parameters),
    name: parameters.database,
    connect: (purpose) => connect(parameters, purpose),
    close: () => Promise.resolve(),
  };
}
`;
}

function backendTest(name: string, open: string): string {
  return `import { describe, expect, it } from 'vitest';
import { ${open} } from '../../../src/backends/${name}.ts';

const PARAMETERS = {
  host: 'db.example.com',
  port: 5432,
  user: 'app',
  password: 'secret',
  database: 'lms',
  ssl: false,
} as const;

describe('the ${name} backend', () => {
  it('names the database without its password', () => {
    const database = ${open}(PARAMETERS);
    expect(database.label).toContain('db.example.com');
    expect(database.label).not.toContain('secret');
  });
});
`;
}
