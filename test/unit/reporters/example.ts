import { EXIT } from '../../../src/core/finding.ts';
import type { Script } from '../../../src/core/migration.ts';
import type { Plan, Step } from '../../../src/core/plan.ts';
import type { Outcome, Report, TargetReport } from '../../../src/core/report.ts';
import type { Target } from '../../../src/core/target.ts';
import { parseDirectives } from '../../../src/core/directives.ts';

/** The target of the examples. */
export const TARGET: Target = {
  project: 'lms',
  backend: 'server',
  database: 'app@db.example.com:5432/lms',
  serverVersion: '16.4',
  environment: 'production',
};

/** A step of a plan. */
export function step(
  version: string,
  name: string,
  text = 'select 1;',
  direction: Step['direction'] = 'up',
): Step {
  const script: Script = { path: `migrations/lms/${version}-${name}.sql`, text, checksum: 'c'.repeat(64) };
  const { directives } = parseDirectives(script.path, text, 'migration');
  return { direction, version, name, script, source: 'file', directives, statements: 1 };
}

/** A plan of some steps. */
export function plan(steps: readonly Step[], facts: Partial<Plan> = {}): Plan {
  const direction = steps[0]?.direction ?? 'up';
  return { direction, from: undefined, to: steps.at(-1)?.version, steps, later: 0, findings: [], ...facts };
}

/** What became of a step. */
export function outcome({ version, name, direction }: Step, facts: Partial<Outcome> = {}): Outcome {
  return { direction, version, name, status: 'done', duration: 4.2, attempts: 1, checks: [], ...facts };
}

/** A report of one target. */
export function reportOf(command: string, facts: Partial<TargetReport>): Report {
  const target: TargetReport = {
    target: TARGET,
    outcomes: [],
    findings: [],
    exitCode: EXIT.done,
    duration: 930,
    ...facts,
  };
  return { formatVersion: 1, command, targets: [target], findings: [], exitCode: target.exitCode };
}
