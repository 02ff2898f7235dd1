import { readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FindingsError, InterruptedError, LmsDbError, UsageError } from '../core/errors.ts';
import { EXIT } from '../core/finding.ts';
import type { ExitCode } from '../core/finding.ts';
import { reportedError } from '../core/report.ts';
import type { Report } from '../core/report.ts';
import { systemClock } from './clock.ts';
import type { Invocation } from './invocation.ts';
import { switchOption } from './options.ts';
import type { Parsed } from './parse.ts';

/** Runs the command line and gives back the exit code. The only place that prints, but for what it hands out. */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  const packageRoot = findPackageRoot();
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    process.stdout.write(`${versionOf(packageRoot)}\n`);
    return EXIT.done;
  }
  // A reader that closes the pipe early (`lms-db status | head`) has seen what it wanted.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.done);
  });
  const { parse } = await import('./parse.ts');
  const parsed = await parse(argv, versionOf(packageRoot));
  if (parsed.kind === 'text') {
    (parsed.exitCode === EXIT.done ? process.stdout : process.stderr).write(parsed.text);
    return parsed.exitCode;
  }
  return run(parsed, packageRoot);
}

async function run(
  { command, definition, options, arguments: rest }: Extract<Parsed, { kind: 'command' }>,
  packageRoot: string,
): Promise<ExitCode> {
  const { createProgress } = await import('./progress.ts');
  const { destinationsOf, Output } = await import('./output.ts');
  const { styleFor } = await import('./style.ts');
  const style = styleFor(process.env, process.stdout.isTTY);
  const write = (text: string): void => {
    process.stdout.write(text);
  };
  let output;
  try {
    output = new Output(destinationsOf(options), command, style, write);
  } catch (error) {
    output = new Output(
      [{ reporter: switchOption(options, 'json') ? 'json' : 'pretty', file: undefined }],
      command,
      style,
      write,
    );
    await output.finish(failed(command, error));
    return exitCodeOfError(error);
  }
  const { streams } = output;
  const progress = createProgress({
    write: (text) => void process.stderr.write(text),
    terminal: process.stderr.isTTY && process.env['TERM'] !== 'dumb',
    quiet: switchOption(options, 'quiet'),
    verbose: switchOption(options, 'verbose'),
    outcomes: !streams,
  });
  const invocation: Invocation = {
    command,
    arguments: rest,
    options,
    cwd: process.cwd(),
    env: process.env,
    clock: systemClock,
    emit: (event) => {
      progress.event(event);
      const lines = output.linesOf(event);
      if (lines.length > 0) progress.aside(() => write(lines.map((line) => `${line}\n`).join('')));
    },
    signal: interruptions(),
    ask: process.stdin.isTTY && process.stderr.isTTY ? ask : undefined,
    show: (lines) =>
      progress.aside(() => (streams ? write : toStderr)(lines.map((line) => `${line}\n`).join(''))),
    actor: actor(),
    toolVersion: versionOf(packageRoot),
    packageRoot,
  };
  let report: Report;
  try {
    report = await definition.run(invocation);
  } catch (error) {
    report = failed(command, error);
    if (switchOption(options, 'verbose') || !(error instanceof LmsDbError)) toStderr(`${stackOf(error)}\n`);
  }
  progress.stop();
  try {
    await output.finish(report);
  } catch (error) {
    toStderr(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return report.exitCode === EXIT.done ? exitCodeOfError(error) : report.exitCode;
  }
  return report.exitCode;
}

/** The report of a command that ended by an error: the same envelope as ever. */
function failed(command: string, error: unknown): Report {
  const known = error instanceof LmsDbError;
  const message = error instanceof Error ? error.message : String(error);
  return {
    formatVersion: 1,
    command,
    targets: [],
    findings: error instanceof FindingsError ? error.findings : [],
    error: known
      ? reportedError(error)
      : {
          code: 'internal',
          message: `this is a mistake in lms-db: ${message}`,
          hint: 'please report it with the lines above',
        },
    exitCode: exitCodeOfError(error),
  };
}

function exitCodeOfError(error: unknown): ExitCode {
  return error instanceof LmsDbError ? error.exitCode : EXIT.internal;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by: ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}

function toStderr(text: string): void {
  process.stderr.write(text);
}

/** The first signal asks the run to end in order; the second one ends it at once. */
function interruptions(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      const reason = new InterruptedError(signal);
      if (controller.signal.aborted) process.exit(reason.exitCode);
      controller.abort(reason);
    });
  }
  return controller.signal;
}

async function ask(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await lines.question(question)).trim();
  } finally {
    lines.close();
  }
}

/** `user@host`: of the person, or of the pipeline that runs this. */
function actor(): string {
  let user = process.env['GITHUB_ACTOR'] ?? process.env['GITLAB_USER_LOGIN'];
  if (user === undefined) {
    try {
      user = userInfo().username;
    } catch {
      // A container may run under a user id without a name.
      user = String(process.getuid?.() ?? 'unknown');
    }
  }
  return `${user}@${hostname()}`;
}

/** The folder with package.json above this file, whether it runs from src/ or from dist/. */
function findPackageRoot(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  return join(here, here.endsWith('dist') ? '..' : '../..');
}

function versionOf(packageRoot: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest)
    return String(manifest.version);
  throw new UsageError('package.json of lms-db has no version');
}
