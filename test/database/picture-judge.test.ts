import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestContext } from 'vitest';
import { readPicture } from '../../src/backends/picture/read-picture.ts';
import { differences, differenceText } from '../../src/core/picture-difference.ts';
import type { ObjectKind, Picture, PictureObject } from '../../src/core/picture.ts';
import { applyBundled, bundledProjects } from '../support/bundled.ts';
import { awkwardDatabase, CHANGES, DROP_SUBSCRIPTION } from '../support/awkward.ts';
import type { AwkwardDatabase } from '../support/awkward.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { findJudge } from '../support/pg-dump.ts';
import type { Judge } from '../support/pg-dump.ts';

const projects = await bundledProjects();

/** What pg_dump does not show and the picture does, each with the reason. */
const BEYOND_PG_DUMP: ReadonlyMap<string, string> = new Map([
  ['a language has another handler', 'pg_dump leaves out handlers that are PostgreSQL’s own'],
  ['a materialized view is empty', 'REFRESH belongs to the data, which --schema-only leaves out'],
]);

/** A database to which changes are made. */
interface Copy {
  readonly change: (sql: string) => Promise<Changed>;
  readonly drop: () => Promise<void>;
}

/** What a change did: the sentences of the picture, and whether the dump is another one. */
interface Changed {
  readonly shown: readonly string[];
  readonly dumped: boolean;
}

/** A database as both see it. */
interface Seen {
  readonly picture: Picture;
  readonly dump: string;
}

describe('the picture before its judge, pg_dump', () => {
  let found: Awaited<ReturnType<typeof findJudge>>;
  let judge: Judge;

  beforeAll(async () => {
    found = await findJudge();
    if (!('missing' in found)) judge = found;
  });
  afterAll(async () => {
    if (!('missing' in found)) await found.close();
  });
  const needJudge = (context: TestContext): void => {
    if ('missing' in found) context.skip(found.missing);
  };

  const look = async (database: PrivateDatabase): Promise<Seen> => {
    const session = await database.database.connect('look');
    try {
      return {
        picture: await readPicture(session, 'lms_db'),
        dump: await judge.schemaOf(database.parameters),
      };
    } finally {
      await session.close();
    }
  };

  /** A copy of a database to which one change is made after the other; a new copy where one does not fit any more. */
  const copyOf = (original: PrivateDatabase): Copy => {
    let copy: PrivateDatabase | undefined;
    let before: Seen | undefined;
    const anew = async (): Promise<{ database: PrivateDatabase; before: Seen }> => {
      await copy?.drop();
      copy = await privateDatabase(original.parameters.database, judge.server);
      before = await look(copy);
      return { database: copy, before };
    };
    const attempt = async (
      sql: string,
      from: { database: PrivateDatabase; before: Seen },
    ): Promise<Changed> => {
      await from.database.sql(sql);
      before = await look(from.database);
      return { shown: said(from.before.picture, before.picture), dumped: before.dump !== from.before.dump };
    };
    return {
      change: async (sql) => {
        if (copy === undefined || before === undefined) return attempt(sql, await anew());
        const first = await attempt(sql, { database: copy, before }).catch(() => undefined);
        return first === undefined || (first.shown.length === 0 && !first.dumped)
          ? attempt(sql, await anew())
          : first;
      },
      drop: async () => copy?.drop(),
    };
  };

  const said = (before: Picture, now: Picture): readonly string[] =>
    differences(before, now).map((difference) =>
      differenceText(difference, { missing: 'is missing', extra: 'is left behind' }),
    );

  describe('on the awkward schema', () => {
    let awkward: AwkwardDatabase | undefined;
    let copy: Copy | undefined;

    beforeAll(async () => {
      if ('missing' in found) return;
      awkward = await awkwardDatabase(judge.server);
      // It does not come along into a copy of its database, nor could the original be copied while it is in use.
      await awkward.session.script(DROP_SUBSCRIPTION);
      await awkward.session.close();
      copy = copyOf(awkward.database);
    });
    afterAll(async () => {
      await copy?.drop();
      await awkward?.drop();
    });

    // Settings of a database, and subscriptions, are not in its copy.
    it.for(CHANGES.filter(([, sql]) => !/SUBSCRIPTION|ALTER DATABASE/.test(sql)))(
      'shows what pg_dump shows when %s',
      async ([what, sql], context) => {
        needJudge(context);
        const { shown, dumped } = await copy!.change(sql);
        expect(shown).not.toEqual([]);
        // Both ways: an entry of the list that is not needed any more is a mistake too.
        expect(dumped, BEYOND_PG_DUMP.get(what) ?? shown.join('\n')).toBe(!BEYOND_PG_DUMP.has(what));
      },
    );
  });

  describe.each(projects)('on the schema of $name', (project) => {
    let database: PrivateDatabase | undefined;
    let before: Seen;
    const needProject = (context: TestContext): void => {
      needJudge(context);
      if (judge.major < project.postgres)
        context.skip(`${project.name} needs PostgreSQL ${project.postgres}, the server has ${judge.major}`);
    };

    beforeAll(async () => {
      if ('missing' in found || judge.major < project.postgres) return;
      database = await privateDatabase('template0', judge.server);
      await applyBundled(database, project);
      before = await look(database);
    });
    afterAll(() => database?.drop());

    it('shows no difference where pg_dump shows none', async (context) => {
      needProject(context);
      const copy = await privateDatabase(database!.parameters.database, judge.server);
      const same = await look(copy);
      await copy.drop();
      expect(same.dump).toBe(before.dump);
      expect(said(before.picture, same.picture)).toEqual([]);
    });

    it(
      'shows whatever pg_dump shows when objects are changed or gone',
      { timeout: 240_000 },
      async (context) => {
        needProject(context);
        const copy = copyOf(database!);
        for (const [what, sql] of changesOf(before.picture)) {
          const { shown, dumped } = await copy.change(sql);
          expect(dumped, `pg_dump does not see: ${what}`).toBe(true);
          expect(shown, `pg_dump sees it, the picture does not: ${what}`).not.toEqual([]);
        }
        await copy.drop();
      },
    );
  });
});

/** What can be changed of the first object of each kind; then the last one of each kind gone. */
function changesOf({ objects }: Picture): readonly (readonly [what: string, sql: string])[] {
  const kinds = [...new Set(objects.map(({ kind }) => kind))];
  const own = (kind: ObjectKind): readonly PictureObject[] =>
    objects.filter((object) => object.kind === kind && object.name !== 'plpgsql');
  return [
    ...kinds.flatMap((kind) => own(kind).slice(0, 1).flatMap(alterations)),
    ...kinds.flatMap((kind) =>
      own(kind)
        .slice(-1)
        .flatMap(({ name, drop }) =>
          drop === undefined ? [] : [[`${kind} ${name} is gone`, `${drop} CASCADE`] as const],
        ),
    ),
  ];
}

function alterations(object: PictureObject): readonly (readonly [string, string])[] {
  const { kind, sql, on, name } = object;
  const on_ = on ?? '';
  const changes: Partial<Record<ObjectKind, readonly string[]>> = {
    table: [
      `ALTER TABLE ${sql} ADD COLUMN extra_column text`,
      `ALTER TABLE ${sql} SET (fillfactor = 33)`,
      `COMMENT ON TABLE ${sql} IS 'another'`,
      `GRANT TRIGGER ON ${sql} TO PUBLIC`,
      `ALTER TABLE ${sql} REPLICA IDENTITY FULL`,
    ],
    column: [`COMMENT ON COLUMN ${on_}.${sql} IS 'another'`],
    index: [`COMMENT ON INDEX ${sql} IS 'another'`],
    trigger: [`ALTER TABLE ${on_} DISABLE TRIGGER ${sql}`],
    policy: [`ALTER POLICY ${sql} ON ${on_} RENAME TO another`],
    function: [`REVOKE ALL ON FUNCTION ${sql} FROM PUBLIC, CURRENT_USER`],
    type: [`COMMENT ON TYPE ${sql} IS 'another'`],
    view: [`GRANT DELETE ON ${sql} TO PUBLIC`],
  };
  return (changes[kind] ?? []).map((change) => [`${kind} ${name}: ${change}`, change]);
}
