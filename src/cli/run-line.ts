import { EXIT } from '../core/finding.ts';
import type { ExitCode } from '../core/finding.ts';
import { Confidential } from './confidential.ts';
import { parse } from './parse.ts';
import { ignoreClosedPipes, reportUsage, runCommand } from './run.ts';
import type { Surroundings } from './run.ts';

/** Runs a command line: a command, a help text, or the report of what is wrong with the line itself. */
export async function runLine(
  argv: readonly string[],
  surroundings: Omit<Surroundings, 'confidential'>,
): Promise<ExitCode> {
  ignoreClosedPipes();
  const confidential = new Confidential(argv, process.env);
  const parsed = await parse(argv, surroundings.toolVersion);
  switch (parsed.kind) {
    case 'command':
      return runCommand(parsed, { ...surroundings, confidential });
    case 'text':
      (parsed.asked ? process.stdout : process.stderr).write(parsed.text);
      return parsed.asked ? EXIT.done : EXIT.usage;
    case 'mistake':
      return reportUsage(parsed.command, parsed.error, [], parsed.json, confidential);
  }
}
