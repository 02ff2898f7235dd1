import type { Tenancy } from '../core/builtin-check.ts';
import type { Parsed } from '../core/parsed.ts';
import { didYouMean } from '../core/suggestion.ts';
import { textOf, typeName } from './settings.ts';

/** Findings of the built-in checks that a project accepts: by check, the objects or tables; `*` is all of them. */
export type Allowed = Readonly<Record<string, readonly string[]>>;

type Report = (path: string, problem: string) => void;

/** `tenancy: { column, root }`. */
export function tenancyIn(value: unknown, path: string, report: Report): Tenancy | undefined {
  if (value === undefined) return undefined;
  if (!isObject(value)) {
    report(path, `is ${typeName(value)} and must be an object with column and root`);
    return undefined;
  }
  refuseUnknown(value, ['column', 'root'], path, report);
  const text = (key: string): string | undefined =>
    take(value[key] === undefined ? { problem: 'is missing' } : textOf(value[key]), `${path}.${key}`, report);
  const [column, root] = [text('column'), text('root')];
  if (root !== undefined && root.split('.').length > 2) {
    report(`${path}.root`, `"${root}" is not the name of a table: write academies or app.academies`);
  }
  return column === undefined || root === undefined ? undefined : { column, root };
}

/** `builtin: { allow: { '<check>': ['table', …] } }`. Whether there are such checks is not known here. */
export function allowedIn(value: unknown, path: string, report: Report): Allowed | undefined {
  if (value === undefined) return undefined;
  if (!isObject(value)) {
    report(path, `is ${typeName(value)} and must be an object with allow`);
    return undefined;
  }
  refuseUnknown(value, ['allow'], path, report);
  const { allow } = value;
  if (allow === undefined) return undefined;
  if (!isObject(allow)) {
    report(`${path}.allow`, `is ${typeName(allow)} and must be an object of lists by check`);
    return undefined;
  }
  return Object.fromEntries(
    Object.entries(allow).map(([check, names]) => {
      const at = `${path}.allow.${check}`;
      if (!Array.isArray(names)) {
        report(at, `is ${typeName(names)} and must be a list of tables or other objects`);
        return [check, []];
      }
      return [check, names.flatMap((name: unknown) => take(textOf(name), at, report) ?? [])];
    }),
  );
}

function refuseUnknown(
  value: Readonly<Record<string, unknown>>,
  known: readonly string[],
  path: string,
  report: Report,
): void {
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) report(`${path}.${key}`, `unknown key; ${didYouMean(key, known)}`);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function take<Value>(parsed: Parsed<Value>, path: string, report: Report): Value | undefined {
  if (parsed.problem !== undefined) report(path, parsed.problem);
  return parsed.value;
}
