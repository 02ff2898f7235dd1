// Why a check is not run: the one place that says it, and that knows its own words again.
import { compareVersions } from './migration.ts';
import type { Check } from './migration.ts';

/** Why a check does not hold at this version, which is the newest applied one; undefined where it does. */
export function whyNotNow({ since, until }: Check, version: string | undefined): string | undefined {
  if (since !== undefined && (version === undefined || compareVersions(version, since) < 0)) {
    return `since ${since}`;
  }
  if (until !== undefined && version !== undefined && compareVersions(version, until) > 0) {
    return `until ${until}`;
  }
  return undefined;
}

/** Why a check does not hold in a database with these extensions, named in lower case; undefined where it does. */
export function whyNotHere({ extension }: Check, installed: ReadonlySet<string>): string | undefined {
  return extension === undefined || installed.has(extension)
    ? undefined
    : `extension ${extension} is not installed`;
}

/** Whether a check was skipped for the version, as most are at one time or another; the report only counts those. */
export function isForVersion(skipped: string): boolean {
  return /^(since|until) \d+$/.test(skipped);
}
