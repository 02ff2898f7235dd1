import type { PictureObject } from './picture.ts';

/** What everybody may do with a new object, where PostgreSQL gives PUBLIC anything (sql-grant.html). */
const PUBLIC_DEFAULTS: Readonly<Record<string, readonly string[]>> = {
  function: ['PUBLIC EXECUTE'],
  procedure: ['PUBLIC EXECUTE'],
  aggregate: ['PUBLIC EXECUTE'],
  type: ['PUBLIC USAGE'],
  domain: ['PUBLIC USAGE'],
  language: ['PUBLIC USAGE'],
};

/** How the privileges on an object differ from what they should be: `grantee PRIVILEGE` lines. */
export interface GrantDifference {
  readonly missing: readonly string[];
  readonly extra: readonly string[];
}

/**
 * Compares the privileges on one object in two pictures. A picture says null for the default ones; there
 * the owner's own privileges, all of them, are understood.
 */
export function grantDifference(expected: PictureObject, actual: PictureObject): GrantDifference {
  const wanted = linesOf(expected);
  const found = linesOf(actual);
  const explicit = expected.facts['grants'] !== null && actual.facts['grants'] !== null;
  const counts = (line: string, object: PictureObject): boolean =>
    explicit || !line.startsWith(`${String(object.facts['owner'])} `);
  return {
    missing: wanted.filter((line) => !found.includes(line) && counts(line, expected)),
    extra: found.filter((line) => !wanted.includes(line) && counts(line, actual)),
  };
}

/** `lacks reader SELECT; has PUBLIC SELECT`. */
export function grantText({ missing, extra }: GrantDifference): string {
  if (missing.length === 0 && extra.length === 0) return 'the privileges of its owner differ';
  return [
    ...(missing.length === 0 ? [] : [`lacks ${missing.join(', ')}`]),
    ...(extra.length === 0 ? [] : [`has ${extra.join(', ')}`]),
  ].join('; ');
}

function linesOf(object: PictureObject): readonly string[] {
  const { grants } = object.facts;
  return typeof grants === 'object' && grants !== null ? grants : (PUBLIC_DEFAULTS[object.kind] ?? []);
}
