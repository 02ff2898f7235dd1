import type { Report } from '../core/report.ts';
import type { Reporter, Style } from '../core/reporter.ts';
import { lossLines } from './pretty/losses.ts';
import { outcomeLines } from './pretty/outcome.ts';
import { closingLines, endingLines } from './pretty/sections.ts';
import { seedSection } from './pretty/seeds.ts';
import { header, planned, widthOf } from './pretty/target.ts';
import { troubleLines } from './pretty/trouble.ts';

/** For a person: what happened, where, and the next step. */
export const pretty: Reporter = {
  summary: 'for a person at a terminal',
  render: (report, style) =>
    withoutDoubleBlanks(lines(report, style))
      .map((line) => `${line}\n`)
      .join(''),
};

/** The command line says the same lines one by one, while they become true: cli/live.ts. */
function lines(report: Report, style: Style): readonly string[] {
  const { command } = report;
  return [
    ...report.targets.flatMap((target) => [
      header(target.target, command),
      ...(target.notes ?? []),
      ...(target.plan === undefined ? [] : [...planned(target.plan, command), '']),
      ...lossLines(target.losses ?? []),
      ...target.outcomes.flatMap((outcome) => outcomeLines(outcome, widthOf(target.plan), style)),
      ...(target.outcomes.length > 0 && target.seeds !== undefined ? [''] : []),
      ...seedSection(target.seeds, style),
      ...endingLines(command, target, style),
    ]),
    ...closingLines(report, style),
    ...troubleLines(report, style),
  ];
}

/** Sections bring their own blank lines; one between two of them is enough, and none at the start. */
function withoutDoubleBlanks(all: readonly string[]): readonly string[] {
  return all.filter((line, index) => line !== '' || (index > 0 && all[index - 1] !== ''));
}
