import { CamelCasePlugin } from 'kysely';
import { EXIT } from '../../core/finding.ts';
import type { Finding } from '../../core/finding.ts';
import type { TypeSettings } from '../../core/type-settings.ts';
import { singularOf, toKyselyCamelCase, toKyselyPascalCase } from './engine.ts';
import { byText, relationKey } from './model.ts';
import type { RelationModel, TypeModel } from './model.ts';

/** The names in the file of one relation. */
export interface RelationNames {
  /** Its key in the interface DB. */
  readonly key: string;
  readonly type: string;
  readonly row: string;
  readonly insert: string;
  readonly update: string;
  /** Keys of its columns, in order. */
  readonly columns: readonly string[];
}

/** The names in the file of one enum. */
export interface EnumNames {
  readonly type: string;
  /** Of the constant with its labels. */
  readonly values: string;
}

/** Every name that the file declares, and what is wrong with the names of the schema. */
export interface Names {
  readonly relations: ReadonlyMap<RelationModel, RelationNames>;
  readonly enums: ReadonlyMap<TypeModel, EnumNames>;
  readonly findings: readonly Finding[];
}

/** Names that types in the file refer to: a table `date` must not become them. */
const GLOBALS =
  'Array Boolean Buffer Date Map Number Object Omit Partial Pick Readonly ReadonlyArray Record Required Set String'.split(
    ' ',
  );

/** Names everything, the same way each time. Relations and enums come in their final order. */
export function namesOf(
  relations: readonly RelationModel[],
  enums: readonly TypeModel[],
  settings: TypeSettings,
  reserved: readonly string[],
): Names {
  const findings: Finding[] = [];
  const taken = new Set([...GLOBALS, ...reserved, 'DB']);
  const singular = settings.singularize ? singularOf : undefined;
  const keyOf = (name: string): string => (settings.camelCase ? toKyselyCamelCase(name) : name);
  const singulars = new Map<string, string>();
  const relationNames = new Map<RelationModel, RelationNames>();
  const keys = new Map<string, string>();
  for (const relation of usualFirst(relations)) {
    const path = relationKey(relation, settings.defaultSchema);
    const key = keyOf(path);
    collide(keys, key, path, 'tables', 'in the interface DB', findings);
    const name = singular === undefined ? path : singular(path);
    if (singular !== undefined) collideInSingular(singulars, typeName(name), path, findings);
    const type = freeName(typeName(name), ['', 'Row', 'Insert', 'Update'], taken);
    relationNames.set(relation, {
      key,
      type,
      row: `${type}Row`,
      insert: `${type}Insert`,
      update: `${type}Update`,
      columns: columnKeys(relation, path, keyOf, findings),
    });
  }
  const enumNames = new Map<TypeModel, EnumNames>();
  for (const type of usualFirst(enums)) {
    const path = relationKey(type, settings.defaultSchema);
    if (singular !== undefined) collideInSingular(singulars, typeName(path), path, findings);
    const name = freeName(typeName(path), ['', 'Values'], taken);
    enumNames.set(type, { type: name, values: `${name}Values` });
  }
  if (settings.camelCase) findings.push(...unreachable(relations));
  return { relations: relationNames, enums: enumNames, findings };
}

/** Of `users` and `"Users"`, the one that nobody has to quote gets the name. */
function usualFirst<Named extends { readonly name: string }>(named: readonly Named[]): readonly Named[] {
  const isUsual = ({ name }: Named): boolean => name === name.toLowerCase();
  return [...named.filter(isUsual), ...named.filter((one) => !isUsual(one))];
}

function columnKeys(
  relation: RelationModel,
  path: string,
  keyOf: (name: string) => string,
  findings: Finding[],
): readonly string[] {
  const keys = new Map<string, string>();
  return relation.columns.map(({ name }) => {
    const key = keyOf(name);
    collide(keys, key, name, `columns of ${path}`, '', findings);
    return key;
  });
}

/** Reports two names of the schema that became one name of the file. */
function collide(
  names: Map<string, string>,
  name: string,
  source: string,
  what: string,
  where: string,
  findings: Finding[],
): void {
  const other = names.get(name);
  names.set(name, other ?? source);
  if (other === undefined) return;
  findings.push({
    code: 'name-collision',
    severity: 'error',
    message: `the ${what} "${other}" and "${source}" are both ${name}${where === '' ? '' : ` ${where}`}`,
    hint: 'rename one, leave one out with --exclude, or generate without --camel-case or --singularize',
    exitCode: EXIT.usage,
  });
}

/** Names that differ only by case are told apart by a number, in the singular as in the plural: no collision. */
function collideInSingular(
  names: Map<string, string>,
  name: string,
  path: string,
  findings: Finding[],
): void {
  const other = names.get(name);
  if (other !== undefined && typeName(other) === typeName(path)) return;
  collide(names, name, path, 'names', 'in the singular', findings);
}

class CaseConverter extends CamelCasePlugin {
  /** The name that the plugin asks the database for. */
  asked(camelCase: string): string {
    return this.snakeCase(camelCase);
  }
}

/** Names that the plugin, as it is by default, does not turn back into what they were: `line_1` becomes `line1`. */
function unreachable(relations: readonly RelationModel[]): readonly Finding[] {
  const converter = new CaseConverter();
  const names = new Set(
    relations.flatMap(({ name, columns }) => [name, ...columns.map((column) => column.name)]),
  );
  const lost = [...names].filter((name) => converter.asked(toKyselyCamelCase(name)) !== name).sort(byText);
  if (lost.length === 0) return [];
  const shown = lost.slice(0, 5).join(', ');
  return [
    {
      code: 'camel-case',
      severity: 'warning',
      message: `CamelCasePlugin does not find its way back to ${shown}${lost.length > 5 ? ` and ${lost.length - 5} more` : ''}`,
      hint: 'see its options underscoreBeforeDigits and upperCase, or rename them',
      exitCode: EXIT.usage,
    },
  ];
}

/** `UserStatus` for `user_status`, `AuditLog` for `audit.log`. */
function typeName(path: string): string {
  const word = path.replaceAll(/[^\p{ID_Continue}$]+/gu, '_');
  const name = toKyselyPascalCase(word);
  return /^[\p{ID_Start}$_]/u.test(name) ? name : `_${name}`;
}

/** The name, or with the smallest number from 2 that is free with all these endings; then they are taken. */
function freeName(wanted: string, endings: readonly string[], taken: Set<string>): string {
  let name = wanted;
  for (let number = 2; endings.some((ending) => taken.has(name + ending)); number += 1) {
    name = `${wanted}${number}`;
  }
  for (const ending of endings) taken.add(name + ending);
  return name;
}
