import { MASK, maskUrl, secretPattern } from '../backends/connection/mask.ts';
import { literalPattern } from '../core/literal-pattern.ts';

/** Variables that hold a password, or a URL with one. */
const URL_VARIABLES = ['DATABASE_URL', 'LMS_DB_URL'];

/** Words that are in every message about a connection: as a password they are no secret, masked they hide the message. */
const NO_SECRETS: ReadonlySet<string> = new Set(['password', 'postgres', 'postgresql', 'lms-db']);

/** Control characters but for tab and line end: in a terminal they move the cursor and change what stands there. */
const CONTROL = /[^\P{Cc}\t\n\r]/gu;

/** What a text may hold that is looked at more closely, beside secrets: literals of SQL, and all but plain ASCII. */
const CONSPICUOUS = ["'", '[^\\t\\n -~]'];

/**
 * The one gate through which everything goes that leaves this process as text: stdout, stderr, reports,
 * and what the history records of a failure. It knows what must not be said and takes it out, whoever
 * put it in: a driver, the server, a library. Control characters, which could rewrite the screen, go too.
 */
export class Confidential {
  readonly #secrets = new Set<string>();
  #secretPattern = secretPattern([]);
  /** Found in every text that may have to change. A report has thousands of texts, and hardly one of them does. */
  #suspect = /(?:)/u;
  /** Arguments that hold a password, and how they may be shown. */
  readonly #arguments = new Map<string, string>();

  constructor(argv: readonly string[], env: Readonly<Record<string, string | undefined>>) {
    for (const word of [...argv, ...URL_VARIABLES.map((name) => env[name] ?? '')]) {
      // Of `--url=…` the flag itself may stay.
      const value = /^--?[a-z-]+=(.*)$/s.exec(word)?.[1] ?? word;
      const masked = maskUrl(value);
      if (masked !== value) this.#arguments.set(value, masked);
    }
    this.keep([env['PGPASSWORD'] ?? '']);
  }

  /** Adds secrets. A password that is also the name of the user or database would hide the target: it is none. */
  keep(secrets: readonly string[], publicNames: readonly string[] = []): void {
    for (const secret of secrets) {
      if (secret !== '' && !NO_SECRETS.has(secret)) this.#secrets.add(secret);
    }
    for (const name of publicNames) this.#secrets.delete(name);
    this.#secretPattern = secretPattern([...this.#secrets]);
    const hidden = [...this.#arguments.keys()].map(literalPattern);
    this.#suspect = new RegExp([...CONSPICUOUS, ...hidden, this.#secretPattern.source].join('|'), 'u');
  }

  /** The text as it may be said. */
  text(text: string): string {
    if (!this.#suspect.test(text)) return text;
    let said = text;
    for (const [argument, masked] of this.#arguments) said = said.replaceAll(argument, masked);
    said = said.replace(this.#secretPattern, MASK);
    // A password in SQL: of another session's statement, or of a migration that fails.
    if (said.includes("'")) {
      said = said.replace(
        /(\bpassword\s+)'((?:[^']|'')*)'/gi,
        (_, before: string, literal: string) => `${before}'${'*'.repeat(Array.from(literal).length)}'`,
      );
    }
    return said.replace(CONTROL, '�').replace(/\r\n?/g, '\n');
  }

  /** The same value with every text in it as it may be said. Dates and other objects with a class stay as they are. */
  value<Value>(value: Value): Value {
    return this.#walk(value) as Value;
  }

  #walk(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value !== 'object' || value === null) return value;
    // Only what changes is made anew.
    if (Array.isArray(value)) {
      const said = value.map((item) => this.#walk(item));
      return said.some((item, index) => item !== value[index]) ? said : value;
    }
    if (Object.getPrototypeOf(value) !== Object.prototype) return value;
    let said: Record<string, unknown> | undefined;
    for (const key of Object.keys(value)) {
      // A plan is made of the user's files alone, and is as large as they are.
      if (key === 'plan') continue;
      const item = (value as Record<string, unknown>)[key];
      const now = this.#walk(item);
      if (now !== item) (said ??= { ...value })[key] = now;
    }
    return said ?? value;
  }
}
