import type { Answer, BuiltinCheck, CheckScope, Probe, Reading } from '../core/builtin-check.ts';
import { findingsOf } from '../core/builtin-check.ts';
import { UsageError } from '../core/errors.ts';
import type { ServerError } from '../core/errors.ts';
import type { Answered, Inquiry, Row } from '../core/ports.ts';
import { didYouMean } from '../core/suggestion.ts';
import { rootName } from '../core/tenant-tables.ts';
import type { BuiltinFinding, BuiltinResult, Untried } from '../core/verification.ts';
import { check as definerOpenToPublic } from '../checks/definer-open-to-public.ts';
import { check as definerWithoutSearchPath } from '../checks/definer-without-search-path.ts';
import { check as disabledTrigger } from '../checks/disabled-trigger.ts';
import { check as failingFunction } from '../checks/failing-function.ts';
import { check as failingView } from '../checks/failing-view.ts';
import { check as foreignKeyWithoutIndex } from '../checks/foreign-key-without-index.ts';
import { check as invalidIndex } from '../checks/invalid-index.ts';
import { check as missingPrimaryKey } from '../checks/missing-primary-key.ts';
import { check as policyWithoutRowSecurity } from '../checks/policy-without-row-security.ts';
import { check as referenceAcrossTenants } from '../checks/reference-across-tenants.ts';
import { check as rowSecurityWithoutPolicy } from '../checks/row-security-without-policy.ts';
import { check as sequenceBehind } from '../checks/sequence-behind.ts';
import { check as tenantNull } from '../checks/tenant-null.ts';
import { check as tenantNullable } from '../checks/tenant-nullable.ts';
import { check as tenantWithoutForeignKey } from '../checks/tenant-without-foreign-key.ts';
import { check as tenantWithoutIndex } from '../checks/tenant-without-index.ts';
import { check as unvalidatedConstraint } from '../checks/unvalidated-constraint.ts';

/** Every built-in check, in the order of the report. Each is the file checks/<id>.ts. */
export const BUILTIN_CHECKS: readonly BuiltinCheck[] = [
  invalidIndex,
  unvalidatedConstraint,
  disabledTrigger,
  sequenceBehind,
  missingPrimaryKey,
  foreignKeyWithoutIndex,
  rowSecurityWithoutPolicy,
  policyWithoutRowSecurity,
  definerWithoutSearchPath,
  definerOpenToPublic,
  failingView,
  failingFunction,
  tenantNull,
  tenantNullable,
  tenantWithoutForeignKey,
  tenantWithoutIndex,
  referenceAcrossTenants,
];

/** A catalog that gives a check more rows than this is looked at up to here, and that is said. */
const MOST_ROWS = 100_000;

/** What the built-in checks ask the catalog: first whether the root of the tenancy is there, then each its question. */
export function catalogInquiries(checks: readonly BuiltinCheck[], scope: CheckScope): readonly Inquiry[] {
  return [
    {
      sql: `select pg_catalog.to_regclass($1) is not null as root, exists (
        select from pg_catalog.pg_attribute as a join pg_catalog.pg_class as c on c.oid = a.attrelid
        join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
        where a.attname = $2 and not a.attisdropped and c.relkind in ('r', 'p') and n.nspname !~ '^pg_') as tenants`,
      values: [
        scope.tenancy === undefined ? null : rootName(scope.tenancy.root),
        scope.tenancy?.column ?? '',
      ],
      keep: 1,
    },
    ...checks.map((check): Inquiry => ({
      // Names come out qualified; only the tenancy's root is looked for as the session would find it.
      searchPath: check.tenancy === true ? undefined : 'empty',
      ...check.question(scope),
      keep: MOST_ROWS,
    })),
  ];
}

/** What one check made of the catalog, and what it still has to ask. */
export interface Read {
  readonly check: BuiltinCheck;
  readonly skipped?: string | undefined;
  readonly reading: Reading;
  readonly duration: number;
}

/** Reads the answers of the catalog. Throws UsageError for a root that does not exist although there are tenant tables. */
export function readCatalog(
  checks: readonly BuiltinCheck[],
  scope: CheckScope,
  [root, ...answers]: readonly Answered[],
): readonly Read[] {
  const skipped = whyNoTenancy(scope, root);
  return checks.map((check, index): Read => {
    const answer = answers[index];
    if (answer === undefined) throw new Error(`check ${check.id} was not answered`);
    const { duration } = answer;
    if (check.tenancy === true && skipped !== undefined) return { check, skipped, reading: {}, duration };
    if (answer.error !== undefined) return { check, reading: unanswered(check, answer.error), duration };
    const { rows, count } = answer;
    const reading = check.read?.(rows, scope) ?? { findings: findingsOf(rows) };
    if (count <= rows.length) return { check, reading, duration };
    const rest = {
      object: check.id,
      reason: `there are ${count} objects, and ${rows.length} were looked at`,
    };
    return { check, reading: { ...reading, untried: [...(reading.untried ?? []), rest] }, duration };
  });
}

/** A check that got no answer does not hold: nobody knows. */
function unanswered({ id }: BuiltinCheck, error: ServerError): Reading {
  const problem = `the check could not be made: ${error.message}`;
  return { findings: [{ object: id, problem, fix: '-- run it again, with more time: --statement-timeout' }] };
}

function whyNoTenancy({ tenancy }: CheckScope, answer: Answered | undefined): string | undefined {
  if (tenancy === undefined) return 'the config names no tenancy';
  const row: Row | undefined = answer?.error === undefined ? answer?.rows[0] : undefined;
  if (row?.['tenants'] !== true) return `no table has a column ${tenancy.column}`;
  if (row['root'] === true) return undefined;
  throw new UsageError(
    `tenancy.root: there is no table ${tenancy.root}, although tables have a column ${tenancy.column}`,
    {
      hint: 'correct the name in the config, with its schema where that is not in the search_path',
    },
  );
}

/** The second questions of all checks, in order. */
export function probesOf(reads: readonly Read[]): readonly Probe[] {
  return reads.flatMap(({ reading }) => reading.probes ?? []);
}

/** Puts together what the catalog and the probes said, without what the project accepts. */
export function builtinResults(
  reads: readonly Read[],
  answers: readonly Answered[],
  allowed: Readonly<Record<string, readonly string[]>>,
): readonly BuiltinResult[] {
  let next = 0;
  return reads.map(({ check, skipped, reading, duration }): BuiltinResult => {
    const { id, title, severity } = check;
    const findings: BuiltinFinding[] = [...(reading.findings ?? [])];
    const untried: Untried[] = [...(reading.untried ?? [])];
    let spent = duration;
    for (const probe of reading.probes ?? []) {
      const answered = answers[next];
      next += 1;
      if (answered === undefined) throw new Error(`a probe of ${id} was not answered`);
      spent += answered.duration;
      const conclusion = probe.conclude(answerOf(answered));
      if (conclusion === undefined) continue;
      if ('finding' in conclusion) findings.push(conclusion.finding);
      else untried.push(conclusion.untried);
    }
    const names = allowed[id] ?? [];
    const accepts = ({ object, table }: BuiltinFinding): boolean =>
      names.some((name) => namesObject(name, object) || (table !== undefined && namesObject(name, table)));
    const standing = findings.filter((finding) => !accepts(finding));
    return {
      id,
      title,
      severity,
      passed: standing.length === 0,
      skipped,
      findings: standing,
      accepted: findings.filter(accepts).map(({ object, problem }) => ({ object, problem })),
      untried,
      duration: spent,
    };
  });
}

function answerOf(answered: Answered): Answer {
  return answered.error === undefined ? answered : { error: answered.error.facts };
}

/** `orders` and `public.orders` name public.orders; `*` names everything. */
function namesObject(name: string, object: string): boolean {
  return name === '*' || name === object || object.slice(object.indexOf('.') + 1) === name;
}

/** Refuses the names of checks that do not exist. Throws UsageError. */
export function requireKnownChecks(allowed: Readonly<Record<string, readonly string[]>>): void {
  const known = BUILTIN_CHECKS.map(({ id }) => id);
  const wrong = Object.keys(allowed).find((id) => !known.includes(id));
  if (wrong === undefined) return;
  throw new UsageError(`builtin.allow: there is no built-in check "${wrong}"`, {
    hint: didYouMean(wrong, known),
  });
}
