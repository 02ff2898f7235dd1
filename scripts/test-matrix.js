// Runs the database suite on PostgreSQL 14 to 18 and the command line suite on Node.js 20, 22 and 24:
//   npm run test:matrix                 everything
//   npm run test:matrix -- pg 14 15     the database suite on these
//   npm run test:matrix -- node 22      the command line suite on this one
//   … -- pg 15 -- test/database/up      only these files of the suite
// PostgreSQL 18 is the project's own; the other programs are npm packages, pinned in test/matrix.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const matrix = join(root, 'test', 'matrix');
const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
/** The major version whose binaries every installation has. */
const OWN_POSTGRES = '18';

const AXES = {
  pg: { versions: ['14', '15', '16', '17', '18'], suite: ['test/database'] },
  node: { versions: ['20', '22', '24'], suite: ['test/cli', 'test/unit'] },
};

process.exitCode = main(process.argv.slice(2));

function main(words) {
  const { jobs, files, problem } = chosenJobs(words);
  if (problem !== undefined) {
    console.error(`error: ${problem}`);
    return 2;
  }
  if (jobs.some(({ axis, version }) => axis === 'node' || version !== OWN_POSTGRES)) {
    const installed = run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', matrix], {
      shell: process.platform === 'win32',
    });
    if (installed !== 0) {
      console.error('error: the packages of test/matrix could not be installed');
      return 1;
    }
  }
  const rows = jobs.map((job) => runJob(job, files));
  console.log(`\n${table(rows)}`);
  return rows.every(({ result }) => result === 'passed') ? 0 : 1;
}

/** `pg 14 15 node 22 -- files`: an axis without versions means all of its versions; nothing at all, everything. */
function chosenJobs(words) {
  const end = words.indexOf('--');
  const files = end === -1 ? [] : words.slice(end + 1);
  const jobs = [];
  let axis;
  let given = 0;
  const close = () => {
    if (axis !== undefined && given === 0)
      jobs.push(...AXES[axis].versions.map((version) => ({ axis, version })));
  };
  for (const word of end === -1 ? words : words.slice(0, end)) {
    if (Object.hasOwn(AXES, word)) {
      close();
      axis = word;
      given = 0;
    } else if (axis === undefined || !AXES[axis].versions.includes(word)) {
      const known = axis === undefined ? 'pg or node' : `${axis} ${AXES[axis].versions.join(' ')}`;
      return { jobs, files, problem: `"${word}" is not in the matrix; there is ${known}` };
    } else {
      jobs.push({ axis, version: word });
      given += 1;
    }
  }
  close();
  if (jobs.length > 0) return { jobs, files };
  return {
    jobs: Object.entries(AXES).flatMap(([name, { versions }]) =>
      versions.map((version) => ({ axis: name, version })),
    ),
    files,
  };
}

function runJob({ axis, version }, files) {
  const name = `${axis === 'pg' ? 'PostgreSQL' : 'Node.js'} ${version}`;
  const suite =
    files.length > 0 ? files : AXES[axis].suite.filter((folder) => existsSync(join(root, folder)));
  const directory = join(matrix, 'node_modules', `${axis}${version}-${platform}`);
  const own = axis === 'pg' && version === OWN_POSTGRES;
  if (!own && !existsSync(directory)) {
    return { name, result: 'not run', note: `test/matrix pins no package for ${platform}` };
  }
  console.log(`\n=== ${name}: ${suite.join(' ')}`);
  const start = performance.now();
  const node =
    axis === 'node'
      ? join(directory, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
      : process.execPath;
  const code = run(node, [join('node_modules', 'vitest', 'vitest.mjs'), 'run', ...suite], {
    env: {
      ...process.env,
      // The matrix decides the server: neither a URL nor Docker.
      LMS_DB_TEST_URL: '',
      // What the tests spawn is the same Node.js.
      PATH: `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}`,
      ...(axis === 'pg' && !own ? { LMS_DB_TEST_PACKAGE: directory } : {}),
    },
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  return { name, result: code === 0 ? 'passed' : 'failed', note: `${seconds} s` };
}

function run(command, parameters, options) {
  const { status, error } = spawnSync(command, parameters, { cwd: root, stdio: 'inherit', ...options });
  if (error !== undefined) console.error(`error: ${command}: ${error.message}`);
  return status ?? 1;
}

function table(rows) {
  const width = Math.max(...rows.map(({ name }) => name.length));
  return rows
    .map(({ name, result, note }) => `  ${name.padEnd(width)}  ${result.padEnd(7)}  ${note}`)
    .join('\n');
}
