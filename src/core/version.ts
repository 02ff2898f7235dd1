import type { Parsed } from './parsed.ts';

/** What the name of a migration says. */
export interface FileName {
  /** The leading digits. */
  readonly version: string;
  readonly separator: '-' | '_';
  /** What comes after the separator, without `.sql`. */
  readonly name: string;
}

const SHAPE = 'a name is a version, - or _, a description and .sql: 20251103000000-create-courses.sql';

/** What nearly all names are; told without the classes of Unicode, which are slow. */
const USUAL = /^([0-9]+)([-_])([A-Za-z0-9][A-Za-z0-9_-]*)\.sql$/;

/**
 * Reads `20251103000000-create-courses.sql` or `007_create_courses.sql`. The problem is worded to follow the
 * path of the file: `migrations/lms/courses.sql` + ` ` + `has no version in front`.
 */
export function parseFileName(fileName: string): Parsed<FileName> {
  const usual = USUAL.exec(fileName);
  if (usual !== null) {
    return {
      value: { version: usual[1] ?? '', separator: usual[2] === '_' ? '_' : '-', name: usual[3] ?? '' },
    };
  }
  if (!fileName.endsWith('.sql')) return { problem: 'does not end in .sql', hint: SHAPE };
  const stem = fileName.slice(0, -'.sql'.length);
  const version = /^[0-9]*/.exec(stem)?.[0] ?? '';
  const rest = stem.slice(version.length);
  if (version === '') return withoutVersion(stem);
  if (rest === '') return { problem: 'has a version but no description', hint: SHAPE };
  const separator = rest.charAt(0);
  if (separator !== '-' && separator !== '_') {
    return { problem: `has "${firstCharacter(rest)}" after its version, where - or _ comes`, hint: SHAPE };
  }
  const name = rest.slice(1);
  if (name === '') return { problem: 'has a version but no description', hint: SHAPE };
  const direction = /\.(up|down|do|undo)$/i.exec(name);
  if (direction !== null) {
    return {
      problem: `ends in ${direction[0]}.sql, which is the naming of another tool`,
      hint: `the way up stands in migrations/ and the way down in rollbacks/, both as ${version}${separator}${name.slice(0, direction.index)}.sql`,
    };
  }
  const wrong = /[^\p{L}\p{N}\p{M}._-]/u.exec(name);
  if (wrong !== null) {
    return {
      problem: `has ${characterName(wrong[0])} in its description`,
      hint: 'a description has letters, digits, -, _ and . only',
    };
  }
  if (!/^[\p{L}\p{N}]/u.test(name)) {
    return {
      problem: `has "${separator}${firstCharacter(name)}" after its version, where one - or _ comes`,
      hint: SHAPE,
    };
  }
  return { value: { version, separator, name } };
}

function withoutVersion(stem: string): Parsed<FileName> {
  const flyway = /^[VvUuRr]([0-9]+)_+(.+)$/.exec(stem);
  if (flyway !== null) {
    const [, version = '', name = ''] = flyway;
    return {
      problem: 'is named for Flyway: a version has no letter in front',
      hint: `name it ${version}_${name}.sql`,
    };
  }
  return { problem: 'has no version in front', hint: SHAPE };
}

function firstCharacter(text: string): string {
  return String.fromCodePoint(text.codePointAt(0) ?? 0);
}

function characterName(character: string): string {
  if (character === ' ') return 'a space';
  const point = character.codePointAt(0) ?? 0;
  return point < 32 || point === 127 ? 'a control character' : `"${character}"`;
}
