import type { Fact, ObjectKind, PictureObject } from '../picture.ts';
import { MAIN_ROLE } from '../picture-roles.ts';
import { quoted } from '../sql-text.ts';

/** `GRANT … ON TABLE …`: the words of GRANT, and what an owner and everybody may do from the start. */
interface PrivilegeKind {
  readonly words: string;
  readonly owner: readonly string[];
  readonly everybody: readonly string[];
}

const TABLE: readonly string[] = [
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'TRUNCATE',
  'REFERENCES',
  'TRIGGER',
];

/** What PostgreSQL gives from the start (sql-grant.html); MAINTAIN came with PostgreSQL 17. */
function privilegeKindOf(kind: ObjectKind | DefaultsOn, serverVersion: number): PrivilegeKind | undefined {
  const on = (words: string, owner: readonly string[], everybody: readonly string[] = []): PrivilegeKind => ({
    words,
    owner,
    everybody,
  });
  switch (kind) {
    case 'table':
    case 'foreign table':
    case 'view':
    case 'materialized view':
    case 'tables':
      return on('TABLE', serverVersion >= 170000 ? [...TABLE, 'MAINTAIN'] : TABLE);
    case 'sequence':
    case 'sequences':
      return on('SEQUENCE', ['SELECT', 'UPDATE', 'USAGE']);
    case 'function':
    case 'aggregate':
    case 'functions':
      return on('FUNCTION', ['EXECUTE'], ['EXECUTE']);
    case 'procedure':
      return on('PROCEDURE', ['EXECUTE'], ['EXECUTE']);
    case 'schema':
    case 'schemas':
      return on('SCHEMA', ['USAGE', 'CREATE']);
    case 'type':
    case 'types':
      return on('TYPE', ['USAGE'], ['USAGE']);
    case 'domain':
      return on('DOMAIN', ['USAGE'], ['USAGE']);
    case 'language':
      return on('LANGUAGE', ['USAGE'], ['USAGE']);
    case 'foreign data wrapper':
      return on('FOREIGN DATA WRAPPER', ['USAGE']);
    case 'server':
      return on('FOREIGN SERVER', ['USAGE']);
    case 'large objects':
      return on('LARGE OBJECTS', ['SELECT', 'UPDATE']);
    default:
      return undefined;
  }
}

/** What default privileges are for. */
export type DefaultsOn = 'tables' | 'sequences' | 'functions' | 'types' | 'schemas' | 'large objects';

function isDefaultsOn(text: Fact | undefined): text is DefaultsOn {
  return (
    typeof text === 'string' &&
    ['tables', 'sequences', 'functions', 'types', 'schemas', 'large objects'].includes(text)
  );
}

/** What stands for a role in a statement. The main role is whoever loads the file. */
export function roleText(role: string): string {
  return role === 'PUBLIC' ? role : role === MAIN_ROLE ? 'CURRENT_USER' : quoted(role);
}

/** `reader SELECT with grant option`, taken apart. */
interface Grant {
  readonly grantee: string;
  readonly privilege: string;
  readonly option: boolean;
}

function grantOf(line: string): Grant {
  const match = /^(.*?) ([A-Z ]+?)( with grant option)?$/s.exec(line);
  return { grantee: match?.[1] ?? '', privilege: match?.[2] ?? '', option: match?.[3] !== undefined };
}

/** The roles that a list of privileges names. */
export function granteesOf(fact: Fact | undefined): readonly string[] {
  return linesOf(fact).map((line) => grantOf(line).grantee);
}

function linesOf(fact: Fact | undefined): readonly string[] {
  return typeof fact === 'object' && fact !== null ? fact : [];
}

/** The statements that turn the privileges an object starts with into those that it has; none for the default ones. */
export function privilegeStatements(object: PictureObject, serverVersion: number): readonly string[] {
  const { facts, kind, sql } = object;
  const grants = facts['grants'];
  const known = privilegeKindOf(kind, serverVersion);
  if (grants === null || grants === undefined || known === undefined) return [];
  const owner = String(facts['owner']);
  return changed(
    startOf(object, known, owner, serverVersion),
    linesOf(grants),
    `ON ${known.words} ${kind === 'aggregate' ? asFunction(sql) : sql}`,
    '',
  );
}

/** An aggregate as GRANT names it, which knows neither `*` nor ORDER BY among the arguments. */
function asFunction(aggregate: string): string {
  return aggregate
    .replace(/\(\*\)$/, '()')
    .replace('(ORDER BY ', '(')
    .replace(' ORDER BY ', ', ');
}

/** `GRANT SELECT (name) ON TABLE … TO …`: nobody has a privilege on a column from the start. */
export function columnPrivilegeStatements(column: PictureObject): readonly string[] {
  const lines = linesOf(column.facts['grants']);
  return changed([], lines, `ON TABLE ${column.on ?? ''}`, ` (${column.sql})`);
}

/** ALTER DEFAULT PRIVILEGES. In a schema they add to those of the role, which start with what PostgreSQL gives. */
export function defaultPrivilegeStatements(object: PictureObject, serverVersion: number): readonly string[] {
  const { facts, schema } = object;
  const objects = facts['objects'];
  const owner = String(facts['owner']);
  const known = isDefaultsOn(objects) ? privilegeKindOf(objects, serverVersion) : undefined;
  if (known === undefined || typeof objects !== 'string') return [];
  const start = schema === undefined ? initialLines(known, owner) : [];
  const opening = [
    'ALTER DEFAULT PRIVILEGES',
    ...(owner === MAIN_ROLE ? [] : [`FOR ROLE ${quoted(owner)}`]),
    ...(schema === undefined ? [] : [`IN SCHEMA ${quoted(schema)}`]),
  ].join(' ');
  return changed(start, linesOf(facts['grants']), `ON ${objects.toUpperCase()}`, '').map(
    (statement) => `${opening} ${statement}`,
  );
}

function initialLines({ owner, everybody }: PrivilegeKind, role: string): readonly string[] {
  return [
    ...owner.map((privilege) => `${role} ${privilege}`),
    ...everybody.map((privilege) => `PUBLIC ${privilege}`),
  ];
}

/** The schema `public` is there from the start, and everybody may use it; until PostgreSQL 15 everybody may create in it too. */
function startOf(
  object: PictureObject,
  known: PrivilegeKind,
  owner: string,
  serverVersion: number,
): readonly string[] {
  const start = initialLines(known, owner);
  if (object.kind !== 'schema' || object.name !== 'public') return start;
  return [...start, 'PUBLIC USAGE', ...(serverVersion >= 150000 ? [] : ['PUBLIC CREATE'])];
}

function changed(
  start: readonly string[],
  wanted: readonly string[],
  on: string,
  columns: string,
): readonly string[] {
  const before = start.map(grantOf);
  const after = wanted.map(grantOf);
  const grantees = [...new Set([...before, ...after].map(({ grantee }) => grantee))].sort();
  const text = (grants: readonly Grant[], who: string): string =>
    grants
      .filter(({ grantee }) => grantee === who)
      .map(({ privilege, option }) => `${privilege}${option ? '*' : ''}`)
      .sort()
      .join(',');
  return grantees.flatMap((grantee) => {
    if (text(before, grantee) === text(after, grantee)) return [];
    const role = roleText(grantee);
    const lost = before.filter(
      (grant) =>
        grant.grantee === grantee &&
        !after.some((other) => other.grantee === grantee && other.privilege === grant.privilege),
    );
    const given = after.filter(
      (grant) =>
        grant.grantee === grantee &&
        !before.some(
          (other) =>
            other.grantee === grantee && other.privilege === grant.privilege && other.option === grant.option,
        ),
    );
    const list = (grants: readonly Grant[]): string =>
      grants.map(({ privilege }) => `${privilege}${columns}`).join(', ');
    const [plain, withOption] = [given.filter(({ option }) => !option), given.filter(({ option }) => option)];
    return [
      ...(lost.length === 0 ? [] : [`REVOKE ${list(lost)} ${on} FROM ${role}`]),
      ...(plain.length === 0 ? [] : [`GRANT ${list(plain)} ${on} TO ${role}`]),
      ...(withOption.length === 0 ? [] : [`GRANT ${list(withOption)} ${on} TO ${role} WITH GRANT OPTION`]),
    ];
  });
}
