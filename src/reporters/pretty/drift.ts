import type { DriftDetail, Finding } from '../../core/finding.ts';
import type { Style } from '../../core/reporter.ts';
import { counted } from './words.ts';

/** How many lines of the statements that mend one difference are shown; the JSON report has all. */
const MOST_LINES = 12;

/** A finding that says how it is off. */
type Drifted = Finding & { readonly drift: DriftDetail };

/** True for what stands in a group of its kind. */
export function isDrifted(finding: Finding): finding is Drifted {
  return finding.drift !== undefined;
}

/** The differences, a group for each way in which a schema can be off, with what mends each. */
export function driftLines(findings: readonly Finding[], style: Style): readonly string[] {
  const drifted = findings.filter(isDrifted);
  const groups = HEADINGS.flatMap(({ kind, heading }): readonly (readonly string[])[] => {
    const own = drifted.filter(({ drift }) => drift.kind === kind);
    if (own.length === 0) return [];
    const title = typeof heading === 'string' ? heading : heading(own);
    return [
      [`${style.bold(title)} · ${own.length}`, ...own.flatMap((finding) => differenceLines(finding, style))],
    ];
  });
  return groups.flatMap((group, index) => (index === 0 ? group : ['', ...group]));
}

const HEADINGS: readonly {
  readonly kind: DriftDetail['kind'];
  readonly heading: string | ((findings: readonly Drifted[]) => string);
}[] = [
  { kind: 'missing', heading: 'missing' },
  {
    kind: 'extra',
    heading: (findings) =>
      findings.every(({ message }) => message.endsWith(' is not in the files'))
        ? 'not in the files'
        : 'only here',
  },
  { kind: 'changed', heading: 'changed' },
  { kind: 'column-order', heading: 'in another order' },
];

function differenceLines({ drift, message, severity }: Drifted, style: Style): readonly string[] {
  const mark = severity === 'error' ? style.bad('✗') : style.dim('·');
  // The heading has said what is the matter with an object that is on one side only.
  const text = drift.kind === 'missing' || drift.kind === 'extra' ? drift.object : message;
  const lines = drift.mending.flatMap((statement) => statement.split('\n'));
  const rest = lines.length - MOST_LINES;
  const shown = rest > 1 ? lines.slice(0, MOST_LINES) : lines;
  return [
    `  ${mark} ${text}`,
    ...(drift.databases === undefined
      ? []
      : [`      ${style.dim('against:')} ${drift.databases.join(', ')}`]),
    ...shown.map((line, index) =>
      index === 0 ? `      ${style.dim('mend it with:')} ${line}` : `        ${line}`,
    ),
    ...(rest > 1 ? [`        ${style.dim(`and ${counted(rest, 'more line')}: --json has them all`)}`] : []),
  ];
}
