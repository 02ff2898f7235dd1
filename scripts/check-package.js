// Packs the project as npm would publish it and looks at the result: publint, attw, what is in it and what must
// not be, and whether an installation of it in an empty folder works. Everything happens on a copy in a temporary
// folder, so that a run leaves nothing behind and disturbs nobody who uses dist/ at the same time.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'lms-db-package-'));
const windows = process.platform === 'win32';
const problems = [];

/** Without these the package does not work. */
const NEEDED = [
  'package.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'bin/lms-db.js',
  'dist/cli.js',
  'dist/index.js',
  'dist/keeper.js',
  'dist/types/index.d.ts',
  'lms-db.config.json',
  'docs/cli.md',
  'docs/formats.md',
];

/** None of these belongs into a package. */
const UNWANTED = [
  // The program's map turns the stack of a bug into places in the sources.
  /(?<!\/program-[A-Z0-9]+\.cjs)\.map$/,
  /\.tsbuildinfo$/,
  /(^|\/)(test|tests|bench|scripts|coverage|node_modules|\.lms-db|\.git|\.ci)\//,
  /\.test\.[a-z]+$/,
  /(^|\/)src\//,
  /(^|\/)\.env/,
  /(^|\/)\.npmrc$/,
  /\.(pem|key|p12|pfx)$/,
  /(^|\/)(id_rsa|password|\.?pgpass)$/,
  /\.log$/,
];

try {
  main();
} finally {
  rmSync(work, { recursive: true, force: true });
}
for (const problem of problems) console.error(`✗ ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;

function main() {
  const tarball = pack();
  if (tarball === undefined) return;
  const files = contentOf(tarball);
  checkContent(files);
  tool('publint', ['publint', tarball, '--strict']);
  tool('attw', ['@arethetypeswrong/cli', tarball, '--profile', 'esm-only', '--no-emoji']);
  install(tarball, files);
}

/** Packs a copy of the project and gives back the path of the tarball. */
function pack() {
  const source = join(work, 'source');
  const left = ['node_modules', '.git', 'dist', 'coverage', '.lms-db'].map((name) => join(root, name));
  cpSync(root, source, {
    recursive: true,
    filter: (path) => !left.includes(path) && !path.includes(`${sep}node_modules${sep}`),
  });
  symlinkSync(join(root, 'node_modules'), join(source, 'node_modules'), 'junction');
  const packed = run('npm', ['pack', '--silent', '--pack-destination', work], source);
  if (packed.status !== 0) {
    problems.push(`npm pack failed:\n${packed.output}`);
    return undefined;
  }
  const name = readdirSync(work).find((entry) => entry.endsWith('.tgz'));
  if (name === undefined) {
    problems.push('npm pack wrote no tarball');
    return undefined;
  }
  console.log(`packed ${name}, ${kilobytes(statSync(join(work, name)).size)}`);
  return join(work, name);
}

/** Unpacks the tarball by way of npm's own format: everything lies below package/. */
function contentOf(tarball) {
  const unpacked = join(work, 'unpacked');
  mkdirSync(unpacked);
  const result = run('tar', ['-xzf', basename(tarball), '-C', 'unpacked'], work);
  if (result.status !== 0) problems.push(`the tarball cannot be read:\n${result.output}`);
  return filesBelow(join(unpacked, 'package'));
}

function checkContent(files) {
  for (const needed of NEEDED) if (!files.includes(needed)) problems.push(`the package lacks ${needed}`);
  for (const file of files) {
    if (UNWANTED.some((pattern) => pattern.test(file)))
      problems.push(`${file} does not belong into the package`);
  }
  const sql = (folder) => filesBelow(join(root, folder)).filter((file) => file.endsWith('.sql'));
  for (const folder of ['migrations', 'rollbacks', 'checks']) {
    for (const file of sql(folder)) {
      if (!files.includes(`${folder}/${file}`)) problems.push(`the package lacks ${folder}/${file}`);
    }
  }
  for (const file of files.filter((name) => name.endsWith('.js'))) {
    const text = readFileSync(join(work, 'unpacked', 'package', file), 'utf8');
    if (text.includes('sourceMappingURL=')) problems.push(`${file} names a source map`);
    if (text.includes(root)) problems.push(`${file} names the folder that it was built in`);
  }
  console.log(`${files.length} files, ${files.filter((file) => file.endsWith('.sql')).length} of them SQL`);
}

function tool(name, parameters) {
  const result = run('npx', ['--no-install', ...parameters], root);
  if (result.status === 0) console.log(`${name}: no complaint`);
  else problems.push(`${name}:\n${result.output}`);
}

/** Installs the tarball in an empty folder and uses it there. */
function install(tarball, files) {
  const user = join(work, 'user');
  mkdirSync(user);
  writeFileSync(join(user, 'package.json'), '{ "name": "user", "private": true, "type": "module" }\n');
  const installed = run(
    'npm',
    ['install', tarball, '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--silent'],
    user,
  );
  if (installed.status !== 0) {
    problems.push(`the package cannot be installed:\n${installed.output}`);
    return;
  }
  const size = folderSize(join(user, 'node_modules'));
  const own = files.reduce((sum, file) => sum + statSync(join(work, 'unpacked', 'package', file)).size, 0);
  console.log(`installed: ${kilobytes(own)} of our own, ${kilobytes(size)} with all dependencies`);
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expectOutput(user, ['--version'], `${manifest.version}\n`);
  expectOutput(user, ['init', '--from', 'lms', '--json'], '"ok": true');
  // Finds the parser's WebAssembly where npm put it.
  expectOutput(user, ['lint', '--since', '99999999999999', '--json'], '"ok": true');
  expectOutput(user, ['completion', 'bash'], 'complete -o default');
  const imported = run(process.execPath, ['--input-type=module', '-e', "await import('lms-db')"], user);
  if (imported.status !== 0) problems.push(`import 'lms-db' fails:\n${imported.output}`);
}

function expectOutput(cwd, words, expected) {
  const result = run('npx', ['--no-install', 'lms-db', ...words], cwd);
  if (result.status === 0 && result.output.includes(expected))
    console.log(`npx lms-db ${words.join(' ')}: works`);
  else problems.push(`npx lms-db ${words.join(' ')} gives exit ${String(result.status)}:\n${result.output}`);
}

function run(command, parameters, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, parameters, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: windows && ['npm', 'npx'].includes(command),
    // npm passes its own settings on to whatever it runs; the packages are looked at without them.
    env: Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle|command)/.test(name)),
    ),
  });
  return { status, output: `${stdout ?? ''}${stderr ?? ''}${error === undefined ? '' : error.message}` };
}

/** Paths of all files below a folder, with forward slashes, sorted. */
function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

function folderSize(folder) {
  return filesBelow(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
}

function kilobytes(bytes) {
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
