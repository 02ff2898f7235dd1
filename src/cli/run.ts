import { hostname, userInfo } from 'node:os';
import { isatty } from 'node:tty';
import { UsageError } from '../core/errors.ts';
import { EXIT } from '../core/finding.ts';
import type { ExitCode } from '../core/finding.ts';
import type { Event } from '../core/event.ts';
import type { Report } from '../core/report.ts';
import { systemClock } from './clock.ts';
import type { Confidential } from './confidential.ts';
import { failedReport, isBug, stackOf } from './failed-report.ts';
import type { Invocation } from './invocation.ts';
import { switchOption } from './options.ts';
import { destinationsOf, Output } from './output.ts';
import type { Destination } from './output.ts';
import type { ParsedCommand } from './parse.ts';
import { createProgress } from './progress.ts';
import { interruptedWhile, interruptions } from './signals.ts';
import { hasColours, styleFor } from './style.ts';
import { Trace } from './trace.ts';

/** The program around a command. */
export interface Surroundings {
  readonly confidential: Confidential;
  readonly packageRoot: string;
  readonly toolVersion: string;
}

/** Once connected, these end in order when they are interrupted; all others have nothing to put in order. */
const END_IN_ORDER = ['up', 'down', 'redo', 'reset', 'seed', 'serve'];

/** Runs a command, shows it, and gives back its exit code. */
export async function runCommand(
  { command, definition, options, arguments: rest }: ParsedCommand,
  { confidential, packageRoot, toolVersion }: Surroundings,
): Promise<ExitCode> {
  const { env } = process;
  const terminal = process.stderr.isTTY && env['TERM'] !== 'dumb' && (env['CI'] ?? '') === '';
  const progress = createProgress({
    write: toStderr,
    terminal,
    colours: hasColours(env, process.stderr.isTTY),
    columns: process.stderr.columns,
    quiet: switchOption(options, 'quiet'),
  });
  let destinations: readonly Destination[];
  try {
    destinations = destinationsOf(options);
  } catch (error) {
    return reportUsage(command, error, [], switchOption(options, 'json'), confidential);
  }
  const output = new Output({
    destinations,
    command,
    quiet: switchOption(options, 'quiet'),
    printing: switchOption(options, 'print'),
    stdout: (text) => progress.aside(() => toStdout(text)),
    stderr: (text) => progress.aside(() => toStderr(text)),
    style: await styleFor(env, process.stdout.isTTY),
    stderrStyle: await styleFor(env, process.stderr.isTTY),
  });
  const trace = new Trace();
  const start = systemClock.elapsed();
  /** Notes that came before the line that names the target. */
  let early: Event[] = [];
  const releaseNotes = (): void => {
    const notes = early;
    early = [];
    for (const note of notes) progress.event(note);
  };
  const signal = interruptions();
  const invocation: Invocation = {
    command,
    arguments: rest,
    options,
    cwd: process.cwd(),
    env,
    clock: systemClock,
    signal,
    emit: (raw) => {
      const event = maskedEvent(raw, confidential);
      if (event.type === 'note' && !output.headed) {
        early.push(event);
        return;
      }
      trace.event(event);
      progress.event(event);
      output.event(event);
      if (event.type === 'connected') releaseNotes();
    },
    aim: (target, doing) => {
      trace.aim(target);
      progress.doing(doing);
      // Waiting is all that it does: the line cannot wait for the connection.
      if (command === 'wait') output.event({ type: 'connected', target });
    },
    notes: (lines) => {
      trace.notes(lines);
      output.notes(lines);
    },
    losses: (losses) => {
      trace.losses(losses);
      output.losses(losses);
    },
    ask:
      // Asked for by number: the stream of stdin would be opened for it.
      isatty(0) && isatty(2)
        ? async (question) => {
            progress.stop();
            const { prompt } = await import('./prompt.ts');
            return prompt(confidential.text(question), signal);
          }
        : undefined,
    keepSecret: (secrets, publicNames) => confidential.keep(secrets, publicNames),
    confidential: (text) => confidential.text(text),
    actor: actor(),
    toolVersion,
    packageRoot,
  };
  const endsInOrder = (): boolean => END_IN_ORDER.includes(command) && trace.connected;
  signal.addEventListener('abort', () => {
    if (endsInOrder() && command !== 'serve') {
      const again = terminal ? '; Ctrl-C again stops at once' : '';
      progress.event({ type: 'note', message: `ending: what runs is cancelled and rolled back${again}` });
    }
  });
  let report: Report;
  try {
    report = trace.completed(
      await Promise.race([definition.run(invocation), interruptedWhile(signal, () => !endsInOrder())]),
    );
  } catch (error) {
    report = failedReport(command, error, trace, systemClock.elapsed() - start);
    if (switchOption(options, 'verbose') || isBug(error)) {
      progress.aside(() => toStderr(`${confidential.text(stackOf(error))}\n`));
    }
  }
  progress.stop();
  if (!output.headed)
    for (const target of report.targets) output.event({ type: 'connected', target: target.target });
  releaseNotes();
  const exitCode = await finish(output, confidential.value(report));
  // Whatever is still being tried would keep the process alive.
  if (signal.aborted) process.exit(exitCode);
  return exitCode;
}

async function finish(output: Output, report: Report): Promise<ExitCode> {
  try {
    await output.finish(report);
    return report.exitCode;
  } catch (error) {
    toStderr(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    const own = error instanceof UsageError ? error.exitCode : EXIT.internal;
    return report.exitCode === EXIT.done ? own : report.exitCode;
  }
}

/** Reports a mistake on the command line: as the envelope where JSON was asked for, else on stderr. */
export async function reportUsage(
  command: string,
  error: unknown,
  destinations: readonly Destination[],
  json: boolean,
  confidential: Confidential,
): Promise<ExitCode> {
  const output = new Output({
    destinations: [{ reporter: json ? 'json' : 'pretty', file: undefined }, ...destinations],
    command,
    quiet: json,
    stdout: toStdout,
    stderr: toStderr,
    style: await styleFor(process.env, process.stdout.isTTY),
    stderrStyle: await styleFor(process.env, process.stderr.isTTY),
  });
  return finish(output, confidential.value(failedReport(command, error)));
}

/** Plans and history states hold the texts of files and nothing that came from outside: they are passed on as they are. */
function maskedEvent(event: Event, confidential: Confidential): Event {
  switch (event.type) {
    case 'connected':
      return { type: 'connected', target: confidential.value(event.target) };
    case 'planned':
    case 'step-started':
    case 'index-progress':
      return event;
    case 'blocked':
    case 'retrying':
      return { ...event, blockers: confidential.value(event.blockers) };
    case 'statement':
      return { ...event, text: confidential.text(event.text) };
    default:
      return confidential.value(event);
  }
}

/** A reader that closes the pipe early (`lms-db up | head`) has seen what it wanted; the run goes on to its end. */
export function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

function toStdout(text: string): void {
  process.stdout.write(text);
}

function toStderr(text: string): void {
  process.stderr.write(text);
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
