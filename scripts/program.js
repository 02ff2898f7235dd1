// How the built command line loads its program: one file, with what V8 compiled of it when it was built. This module is
// bundled into dist/cli.js in the place of src/cli/run-line.ts.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';

/* global PROGRAM -- the name of the program, with a digest of it: scripts/build.js puts it here */

/** Runs a command line. */
export function runLine(argv, surroundings) {
  return loadProgram(fileURLToPath(new URL(PROGRAM, import.meta.url))).runLine(argv, surroundings);
}

/** The file with what was compiled: V8 takes it for this version of Node.js and this processor only. */
export function cacheFileOf(file) {
  return `${file}.${process.version}-${process.arch}.cache`;
}

/**
 * Loads the program, from what was compiled where that fits. Where it does not, Node.js compiles, and from version 22
 * on keeps the result in a cache of its own.
 */
function loadProgram(file) {
  let cache;
  try {
    cache = readFileSync(cacheFileOf(file));
  } catch {
    return usable(createRequire(file)(file));
  }
  return runScript(readFileSync(file, 'utf8'), file, cache).program;
}

/** Runs the source as Node.js runs CommonJS, and gives back the script too. */
export function runScript(source, file, cachedData) {
  const script = new vm.Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename: file,
    cachedData,
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
  return { program: usable(module.exports), script };
}

/** V8 forgets for compiled code who imports on its behalf: import() is handed in from here. */
function usable(program) {
  program.useImport((specifier) => import(specifier));
  return program;
}
