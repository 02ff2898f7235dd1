// Writes what V8 compiles of the program while it runs, so that later runs need not compile it again: a child of
// scripts/build.js, as running commands changes the process. The commands end where there is no server.
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { cacheFileOf, runScript } from './program.js';

const file = resolve(process.argv[2]);
const source = readFileSync(file, 'utf8');
const { program, script } = runScript(source, file);
const folder = mkdtempSync(join(tmpdir(), 'lms-db-build-'));
try {
  for (const [name, text] of [
    ['migrations', '-- one\nCREATE TABLE one (id integer PRIMARY KEY);\n'],
    ['rollbacks', 'DROP TABLE one;\n'],
  ]) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, '001-one.sql'), text);
  }
  process.chdir(folder);
  const surroundings = { packageRoot: resolve(import.meta.dirname, '..'), toolVersion: '0' };
  for (const command of ['up', 'status']) {
    await program.runLine([command, '--url', 'postgresql://nobody@127.0.0.1:1/none'], surroundings);
  }
  const cache = cacheFileOf(file);
  writeFileSync(`${cache}.${process.pid}`, script.createCachedData());
  renameSync(`${cache}.${process.pid}`, cache);
} finally {
  process.exitCode = 0;
  process.chdir(import.meta.dirname);
  rmSync(folder, { recursive: true, force: true });
}
