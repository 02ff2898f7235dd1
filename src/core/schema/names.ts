import { namesOf, stringsOf } from '../lint/syntax.ts';
import type { Node, RangeVar } from '../lint/syntax.ts';

/** The name of an object with its schema, as the catalogs hold it. */
export interface ObjectName {
  readonly schema: string;
  readonly name: string;
}

/** How a map is keyed by a name. No schema has a NUL in its name. */
export function keyOf(name: ObjectName): string {
  return `${name.schema}\0${name.name}`;
}

/** A name as a person would write it: without `public`. */
export function nameText({ schema, name }: ObjectName): string {
  return schema === 'public' ? name : `${schema}.${name}`;
}

/** Whether two names are one. */
export function sameName(left: ObjectName, right: ObjectName): boolean {
  return left.name === right.name && left.schema === right.schema;
}

/** The parts of a name that may have a schema: `['app', 'orders']` or `['orders']`. */
export interface WrittenName {
  readonly schema?: string | undefined;
  readonly name: string;
}

/** The name that a relation is written with. */
export function writtenRelation(relation: RangeVar | undefined): WrittenName {
  return { schema: relation?.schemaname, name: relation?.relname ?? '' };
}

/** The name that a list of String nodes writes: `catalog.schema.name`, `schema.name` or `name`. */
export function writtenName(parts: readonly Node[] | readonly string[] | undefined): WrittenName {
  const texts = (parts ?? []).flatMap((part) => (typeof part === 'string' ? [part] : stringsOf([part])));
  return { schema: texts.at(-2), name: texts.at(-1) ?? '' };
}

/** The name that a node writes: a List, a String, a TypeName or an ObjectWithArgs. */
export function writtenBy(node: Node | undefined): WrittenName {
  return writtenName(namesOf(node));
}
