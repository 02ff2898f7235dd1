import type { CheckResult, Outcome } from '../../core/report.ts';
import type { Style } from '../../core/reporter.ts';
import { failureLines, guardFailureLines, verdictText } from './failure.ts';
import { counted, took } from './words.ts';

/** One line for what became of a step, and everything that there is to say when it failed. */
export function outcomeLines(outcome: Outcome, width: number, style: Style): readonly string[] {
  const title = `${outcome.version} ${outcome.name}`;
  switch (outcome.status) {
    case 'done':
      return [doneLine(outcome, title.padEnd(width), style)];
    case 'undone':
      return [
        `  ${style.warn('✗')} ${title.padEnd(width)}   ${
          outcome.failure?.remains ?? 'interrupted: rolled back, nothing of it remains'
        }`,
      ];
    case 'failed': {
      const attempts = outcome.attempts > 1 ? `   after ${counted(outcome.attempts, 'attempt')}` : '';
      return [`  ${style.bad('✗')} ${title}${attempts}`, ...whyFailed(outcome, style), ''];
    }
    case 'not-run':
      return [];
  }
}

function doneLine(outcome: Outcome, title: string, style: Style): string {
  const back = outcome.direction === 'down' ? '   rolled back' : '';
  const attempts = outcome.attempts > 1 ? `   in ${counted(outcome.attempts, 'attempt')}` : '';
  const guards = guardsText(outcome.checks, style);
  return `  ${style.good('✓')} ${title}${back}${took(outcome.duration).padStart(10)}${attempts}${guards}`;
}

/** What the guards gave: those that warned, else how many held; and in any case how many were skipped, and why. */
function guardsText(checks: readonly CheckResult[], style: Style): string {
  const ran = checks.filter(({ skipped }) => skipped === undefined);
  const warned = ran.filter((check) => !check.passed);
  const [first, ...rest] = ran;
  const parts: string[] = [];
  if (warned.length > 0) {
    parts.push(style.warn(warned.map((check) => `guard ! ${check.name}: ${verdictText(check)}`).join(', ')));
  } else if (first !== undefined) {
    parts.push(style.dim(rest.length === 0 ? `guard ✓ ${first.name}` : `${counted(ran.length, 'guard')} ✓`));
  }
  const reasons = [...new Set(checks.flatMap(({ skipped }) => skipped ?? []))].join(', ');
  if (reasons !== '')
    parts.push(style.dim(`${counted(checks.length - ran.length, 'guard')} skipped: ${reasons}`));
  return parts.map((part) => `   ${part}`).join('');
}

function whyFailed(outcome: Outcome, style: Style): readonly string[] {
  const broken = outcome.checks.filter((check) => !check.passed && check.severity === 'error');
  const [guard] = broken;
  if (guard !== undefined) return guardFailureLines(guard, outcome.failure, style);
  return outcome.failure === undefined ? [] : failureLines(outcome.failure, style);
}
