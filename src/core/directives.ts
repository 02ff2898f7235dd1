import { directiveLines } from './directive-lines.ts';
import type { DirectiveLine } from './directive-lines.ts';
import { CHECK_DIRECTIVES, DIRECTIVES, NO_DIRECTIVES } from './directive-table.ts';
import type { Directive, DirectiveFile } from './directive-table.ts';
import { EXIT } from './finding.ts';
import type { Finding } from './finding.ts';
import type { Directives } from './migration.ts';
import { placeAt } from './place.ts';
import type { Place } from './place.ts';
import { nearest } from './suggestion.ts';

/** What the directives of a file say, and what is wrong with them. */
export interface ParsedDirectives {
  readonly directives: Directives;
  readonly faults: readonly Finding[];
  /** Where each of `directives.requires` is named, in the same order. */
  readonly requiresPlaces: readonly Place[];
  /** Where `@irreversible` stands. */
  readonly irreversiblePlace?: Place | undefined;
}

const BY_NAME: ReadonlyMap<string, Directive> = new Map(
  DIRECTIVES.map((directive) => [directive.name, directive]),
);
const CHECK_NAMES: ReadonlySet<string> = new Set(CHECK_DIRECTIVES.map((directive) => directive.name));
const ALL_NAMES: readonly string[] = [...BY_NAME.keys(), ...CHECK_NAMES];
const NOTHING: ParsedDirectives = { directives: NO_DIRECTIVES, faults: [], requiresPlaces: [] };

/**
 * Reads the directives of a migration or a rollback: comment lines `-- @name value` before the first
 * statement. Everything that looks like a directive and cannot be obeyed is a fault, wherever it stands.
 */
export function parseDirectives(
  path: string,
  text: string,
  kind: 'migration' | 'rollback',
): ParsedDirectives {
  const lines = directiveLines(text);
  if (lines.length === 0) return NOTHING;
  const directives = { ...NO_DIRECTIVES };
  const faults: Finding[] = [];
  const requiresPlaces: Place[] = [];
  let irreversiblePlace: Place | undefined;
  const seen = new Map<string, number>();
  for (const line of lines) {
    const place = placeAt(path, text, line.offset);
    const misplaced = misplacedDirective(line, kind, place);
    if (misplaced === 'ignore') continue;
    if (misplaced !== undefined) {
      faults.push(misplaced);
      continue;
    }
    const directive = BY_NAME.get(line.name);
    if (directive === undefined) continue;
    const first = seen.get(line.name);
    if (first !== undefined && directive.repeats !== true) {
      faults.push(
        fault(place, `@${line.name} stands twice, first in line ${first}`, 'keep one of the two lines'),
      );
      continue;
    }
    seen.set(line.name, place.line);
    const named = directives.requires.length;
    const outcome = directive.read(line.value, directives);
    if (outcome.problem !== undefined) {
      faults.push(fault(placeAt(path, text, line.valueOffset), outcome.problem, outcome.hint));
    }
    for (let index = named; index < directives.requires.length; index += 1) requiresPlaces.push(place);
    if (line.name === 'irreversible') irreversiblePlace = place;
  }
  return { directives, faults, requiresPlaces, irreversiblePlace };
}

/**
 * The fault of a directive that cannot be obeyed where it stands: unknown, of another kind of file, below
 * the first statement. `ignore` for a remark beside SQL that is no directive at all.
 */
export function misplacedDirective(
  line: DirectiveLine,
  kind: DirectiveFile,
  place: Place,
): Finding | 'ignore' | undefined {
  const { name, position } = line;
  const files: readonly DirectiveFile[] =
    BY_NAME.get(name)?.files ?? (CHECK_NAMES.has(name) ? ['check'] : []);
  if (line.spaced) {
    return files.length === 0
      ? 'ignore'
      : fault(place, `there is a space between @ and ${name}`, `write \`-- @${name}\`, or remove the @`);
  }
  if (files.length === 0) {
    // `id int, -- @deprecated` beside SQL is a remark; a directive's own name there is a mistake.
    if (position === 'beside') return 'ignore';
    const meant = nearest(name, ALL_NAMES);
    return fault(
      place,
      `unknown directive @${name}`,
      meant === undefined
        ? `known are ${namesFor(kind)}; write a remark without the @`
        : `did you mean @${meant}?`,
    );
  }
  if (!files.includes(kind)) {
    return fault(
      place,
      `@${name} does not belong in a ${fileWord(kind)}`,
      `it belongs in a ${files.map(fileWord).join(' or a ')}`,
    );
  }
  if (position === 'block-comment') {
    return fault(
      place,
      `@${name} stands inside a block comment, where it has no effect`,
      'move it out, or remove the @',
    );
  }
  if (position === 'beside') {
    return fault(
      place,
      `@${name} stands beside SQL, where it has no effect`,
      'give it a comment line of its own',
    );
  }
  if (position === 'below' && kind !== 'check') {
    return fault(
      place,
      `@${name} stands below the first statement, where it has no effect`,
      'move it to the comment lines at the top of the file',
    );
  }
  return undefined;
}

function fileWord(kind: DirectiveFile): string {
  return kind === 'check' ? 'checks file' : kind;
}

function namesFor(kind: DirectiveFile): string {
  const names =
    kind === 'check'
      ? [...CHECK_NAMES]
      : DIRECTIVES.filter(({ files }) => files.includes(kind)).map(({ name }) => name);
  return names.map((name) => `@${name}`).join(', ');
}

function fault(place: Place, message: string, hint: string | undefined): Finding {
  return { code: 'directive', severity: 'error', exitCode: EXIT.usage, message, hint, place };
}
