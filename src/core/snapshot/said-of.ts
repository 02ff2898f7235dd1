import type { PictureObject } from '../picture.ts';
import { MAIN_ROLE } from '../picture-roles.ts';
import { literal, quoted } from '../sql-text.ts';
import { privilegeStatements } from './privileges.ts';

/** How COMMENT ON and ALTER … OWNER TO name an object. */
export function targetOf(object: PictureObject, onDomain = false): string {
  switch (object.kind) {
    case 'column':
      return `COLUMN ${object.on ?? ''}.${object.sql}`;
    case 'constraint':
      return `CONSTRAINT ${object.sql} ON ${onDomain ? 'DOMAIN ' : ''}${object.on ?? ''}`;
    case 'trigger':
    case 'rule':
    case 'policy':
      return `${object.kind.toUpperCase()} ${object.sql} ON ${object.on ?? ''}`;
    default:
      return `${object.kind.toUpperCase()} ${object.sql}`;
  }
}

/** `COMMENT ON …`, where the object has another comment than it starts with. */
export function commentStatements(
  object: PictureObject,
  start: string | null = null,
  onDomain = false,
): readonly string[] {
  const comment = object.facts['comment'] ?? null;
  if (comment === start) return [];
  const text = comment === null ? 'NULL' : literal(String(comment));
  return [`COMMENT ON ${targetOf(object, onDomain)} IS ${text}`];
}

/** `ALTER … OWNER TO …`, for an object that is not the main role's. */
export function ownerStatements(object: PictureObject): readonly string[] {
  const { owner } = object.facts;
  if (typeof owner !== 'string' || owner === MAIN_ROLE) return [];
  return [`ALTER ${targetOf(object)} OWNER TO ${quoted(owner)}`];
}

/** Owner, privileges and comment of an object that has just been made. */
export function saidOf(object: PictureObject, serverVersion: number): readonly string[] {
  return [
    ...ownerStatements(object),
    ...privilegeStatements(object, serverVersion),
    ...commentStatements(object),
    ...extensionStatements(object),
  ];
}

/** `ALTER … DEPENDS ON EXTENSION …`. */
export function extensionStatements(object: PictureObject): readonly string[] {
  const extensions = object.facts['depends on extensions'];
  if (typeof extensions !== 'object' || extensions === null) return [];
  return extensions.map((name) => `ALTER ${targetOf(object)} DEPENDS ON EXTENSION ${quoted(name)}`);
}

/** `ALTER TABLE … ENABLE REPLICA TRIGGER …`, for a trigger or rule that is not simply enabled. */
export function stateStatements(
  object: PictureObject,
  table = object.on ?? '',
  state = object.facts['enabled'],
): readonly string[] {
  const words = STATES[String(state)];
  if (words === undefined) return [];
  return [`ALTER TABLE ${table} ${words} ${object.kind === 'rule' ? 'RULE' : 'TRIGGER'} ${object.sql}`];
}

/** The states that a trigger can be put into. */
export const STATES: Readonly<Record<string, string>> = {
  disabled: 'DISABLE',
  always: 'ENABLE ALWAYS',
  replica: 'ENABLE REPLICA',
};

/** Storage parameters: `WITH (fillfactor = '70')`. */
export function optionsText(options: readonly string[]): string {
  return options
    .map((option) => {
      const at = option.indexOf('=');
      const [name, value] = at === -1 ? [option, ''] : [option.slice(0, at), option.slice(at + 1)];
      return `${name} = ${/^(?:\d+(?:\.\d+)?|[a-z]+)$/.test(value) ? value : literal(value)}`;
    })
    .join(', ');
}

/** Options of foreign objects: `OPTIONS (host 'db')`. */
export function foreignOptionsText(options: readonly string[]): string {
  return options
    .map((option) => {
      const at = option.indexOf('=');
      return `${quoted(option.slice(0, at))} ${literal(option.slice(at + 1))}`;
    })
    .join(', ');
}
