/** Something that is wrong with the database, with the statement that mends it. */
export interface BuiltinFinding {
  /** `public.orders`, `public.orders_pkey`, `public.total(integer)`: what it is about, as the config accepts it. */
  readonly object: string;
  /** The table it lies in, where it has one: the config accepts by this name too. */
  readonly table?: string | undefined;
  /** One sentence: what is the case. */
  readonly problem: string;
  /** SQL that mends it, ready to paste. */
  readonly fix: string;
  /** The first rows that show it. */
  readonly offenders?: readonly Readonly<Record<string, unknown>>[] | undefined;
}

/** Something that was not looked at, and why. */
export interface Untried {
  readonly object: string;
  readonly reason: string;
}

/** What a built-in check gave. */
export interface BuiltinResult {
  readonly id: string;
  /** What holds when it passes: `indexes valid`. */
  readonly title: string;
  readonly severity: 'error' | 'warning';
  readonly passed: boolean;
  /** Why it did not run. */
  readonly skipped?: string | undefined;
  readonly findings: readonly BuiltinFinding[];
  /** Findings that the config accepts. */
  readonly accepted: readonly { readonly object: string; readonly problem: string }[];
  readonly untried: readonly Untried[];
  /** Milliseconds on the server. */
  readonly duration: number;
}
