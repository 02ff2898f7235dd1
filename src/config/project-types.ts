import { didYouMean } from '../core/suggestion.ts';
import { DEFAULT_TYPE_SETTINGS } from '../core/type-settings.ts';
import type { TypeSettings } from '../core/type-settings.ts';
import { textOf, typeName } from './settings.ts';

/** What the file says about the generated types of a project, as the documentation lists it. */
export const TYPES_KEYS = [
  { key: 'camelCase', form: 'true or false', meaning: 'names as Kysely’s CamelCasePlugin gives them' },
  { key: 'singularize', form: 'true or false', meaning: 'interfaces in the singular: `User` for `users`' },
  { key: 'include', form: 'list of patterns', meaning: 'only these tables: `users`, `audit.*`' },
  { key: 'exclude', form: 'list of patterns', meaning: 'not these tables' },
  { key: 'schemas', form: 'list of names', meaning: 'only these schemas' },
  { key: 'defaultSchema', form: 'name', meaning: 'the schema whose tables are named without it; `public`' },
  { key: 'enumArrays', form: 'true or false', meaning: 'a constant list of the labels beside each enum' },
  { key: 'partitions', form: 'true or false', meaning: 'partitions as tables of their own' },
  {
    key: 'parsedArrays',
    form: 'true or false',
    meaning: 'the application registers parsers for arrays that node-postgres leaves as text',
  },
  {
    key: 'overrides',
    form: '{ "courses.settings": "{ theme: string }" }',
    meaning: 'TypeScript types by column; they win over `@type` in the comment of the column',
  },
] as const satisfies readonly { readonly key: keyof TypeSettings; form: string; meaning: string }[];

type Report = (path: string, problem: string) => void;

/** `types: { … }` of a project, with the defaults of what it leaves out; undefined where it says nothing. */
export function typesIn(value: unknown, path: string, report: Report): TypeSettings | undefined {
  if (value === undefined) return undefined;
  if (!isObject(value)) {
    report(path, `is ${typeName(value)} and must be an object`);
    return DEFAULT_TYPE_SETTINGS;
  }
  const known = TYPES_KEYS.map(({ key }): string => key);
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) report(`${path}.${key}`, `unknown key; ${didYouMean(key, known)}`);
  }
  const usual = DEFAULT_TYPE_SETTINGS;
  const text = (item: unknown, at: string): string | undefined => {
    const parsed = textOf(item);
    if (parsed.problem !== undefined) report(at, parsed.problem);
    return parsed.value;
  };
  const flag = (key: keyof TypeSettings): boolean => {
    const given = value[key];
    if (given === undefined || typeof given === 'boolean') return given ?? false;
    report(`${path}.${key}`, `is ${typeName(given)} and must be true or false`);
    return false;
  };
  const list = (key: keyof TypeSettings): readonly string[] => {
    const given = value[key];
    if (given === undefined) return [];
    if (Array.isArray(given)) {
      return given.flatMap((item: unknown, index) => text(item, `${path}.${key}[${index}]`) ?? []);
    }
    report(`${path}.${key}`, `is ${typeName(given)} and must be a list`);
    return [];
  };
  const { defaultSchema, overrides = {} } = value;
  if (!isObject(overrides))
    report(`${path}.overrides`, `is ${typeName(overrides)} and must be an object of types by column`);
  return {
    camelCase: flag('camelCase'),
    singularize: flag('singularize'),
    include: list('include'),
    exclude: list('exclude'),
    schemas: list('schemas'),
    defaultSchema:
      defaultSchema === undefined
        ? usual.defaultSchema
        : (text(defaultSchema, `${path}.defaultSchema`) ?? usual.defaultSchema),
    enumArrays: flag('enumArrays'),
    partitions: flag('partitions'),
    parsedArrays: flag('parsedArrays'),
    overrides: isObject(overrides)
      ? Object.fromEntries(
          Object.entries(overrides).map(([column, type]) => [
            column,
            text(type, `${path}.overrides.${column}`) ?? '',
          ]),
        )
      : {},
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
