import { keyOf, sameName } from './names.ts';
import type { ObjectName, WrittenName } from './names.ts';
import { SharedMap } from './shared-map.ts';
import type { Domain, Enum, Grant, Index, Relation, Routine, Sequence } from './model.ts';

/**
 * What is known of a database from its files: the result of replaying them statement by statement. What no file
 * made is not here, and counts as there since before the first file. Records never change; they are replaced.
 */
export class Schema {
  #relations = new SharedMap<Relation>();
  #indexes = new SharedMap<Index>();
  #routines = new SharedMap<readonly Routine[]>();
  #domains = new SharedMap<Domain>();
  #enums = new SharedMap<Enum>();
  #sequences = new SharedMap<Sequence>();
  #settings = new SharedMap<string>();
  #grants: readonly Grant[] = [];
  #dynamic: readonly string[] = [];
  /** ALTER DEFAULT PRIVILEGES took EXECUTE on new functions from PUBLIC. */
  closesRoutines = false;

  /** A schema of its own with the same content; it costs nothing until something changes. */
  copy(): Schema {
    const copy = new Schema();
    copy.#relations = this.#relations.copy();
    copy.#indexes = this.#indexes.copy();
    copy.#routines = this.#routines.copy();
    copy.#domains = this.#domains.copy();
    copy.#enums = this.#enums.copy();
    copy.#sequences = this.#sequences.copy();
    copy.#settings = this.#settings.copy();
    copy.#grants = this.#grants;
    copy.#dynamic = this.#dynamic;
    copy.closesRoutines = this.closesRoutines;
    return copy;
  }

  /** Every relation, in the order of creation. */
  get relations(): readonly Relation[] {
    return this.#relations.values();
  }

  /** Every index, in the order of creation. */
  get indexes(): readonly Index[] {
    return this.#indexes.values();
  }

  /** Every function and procedure. */
  get routines(): readonly Routine[] {
    return this.#routines.values().flat();
  }

  /** Every domain. */
  get domains(): readonly Domain[] {
    return this.#domains.values();
  }

  /** Every enum. */
  get enums(): readonly Enum[] {
    return this.#enums.values();
  }

  /** Every sequence. */
  get sequences(): readonly Sequence[] {
    return this.#sequences.values();
  }

  /** Every grant, without what was revoked as a whole. */
  get grants(): readonly Grant[] {
    return this.#grants;
  }

  /** Expressions of EXECUTE that ran and whose text is not known: what they changed is not here. */
  get dynamic(): readonly string[] {
    return this.#dynamic;
  }

  /** The value of a setting that a file gave, by its name in lower case; undefined for the session's own. */
  setting(name: string): string | undefined {
    return this.#settings.get(name.toLowerCase());
  }

  /** The schemas in which names without one are looked for. */
  get searchPath(): readonly string[] {
    const path = this.#settings.get('search_path');
    if (path === undefined) return ['public'];
    return path
      .split(',')
      .map((part) => part.trim().replace(/^"(.*)"$/, '$1'))
      .filter((part) => part !== '' && part !== '$user' && part !== 'pg_catalog');
  }

  /** The schema in which something new is made when none is written. */
  get creationSchema(): string {
    return this.searchPath[0] ?? 'public';
  }

  /** The full name of something new. */
  newName({ schema, name }: WrittenName): ObjectName {
    return { schema: schema ?? this.creationSchema, name };
  }

  /** The full name of a relation or sequence that a statement names: of one that is known, else where it would be made. */
  relationName(written: WrittenName): ObjectName {
    return this.#resolve(
      written,
      (key) => this.#relations.has(key) || this.#sequences.has(key) || this.#indexes.has(key),
    );
  }

  /** The full name of a type. */
  typeName(written: WrittenName): ObjectName {
    return this.#resolve(written, (key) => this.#domains.has(key) || this.#enums.has(key));
  }

  /** The full name of a function. */
  routineName(written: WrittenName): ObjectName {
    return this.#resolve(written, (key) => this.#routines.has(key));
  }

  /** A relation by its full or written name. */
  relation(written: WrittenName): Relation | undefined {
    return this.#relations.get(keyOf(this.relationName(written)));
  }

  /** An index by its full or written name. */
  index(written: WrittenName): Index | undefined {
    return this.#indexes.get(keyOf(this.#resolve(written, (key) => this.#indexes.has(key))));
  }

  /** The functions of a name. */
  routinesNamed(written: WrittenName): readonly Routine[] {
    return this.#routines.get(keyOf(this.routineName(written))) ?? [];
  }

  /** A domain by its full or written name. */
  domain(written: WrittenName): Domain | undefined {
    return this.#domains.get(keyOf(this.typeName(written)));
  }

  /** An enum by its full or written name. */
  enum(written: WrittenName): Enum | undefined {
    return this.#enums.get(keyOf(this.typeName(written)));
  }

  /** A sequence by its full or written name. */
  sequence(written: WrittenName): Sequence | undefined {
    return this.#sequences.get(keyOf(this.#resolve(written, (key) => this.#sequences.has(key))));
  }

  /** The indexes of a table. */
  indexesOf(table: ObjectName): readonly Index[] {
    return this.indexes.filter((index) => sameName(index.table, table));
  }

  /** Partitions of a table, or what inherits from it: the children themselves. */
  childrenOf(table: ObjectName): readonly Relation[] {
    return this.relations.filter(({ parent }) => parent !== undefined && sameName(parent, table));
  }

  /** A relation with everything below it, itself left out. */
  descendantsOf(table: ObjectName): readonly Relation[] {
    return this.childrenOf(table).flatMap((child) => [child, ...this.descendantsOf(child)]);
  }

  /** Foreign keys of other tables, and of its own, that refer to a table. */
  referencesTo(table: ObjectName): readonly { readonly from: Relation; readonly name: string }[] {
    return this.relations.flatMap((from) =>
      from.constraints.flatMap(({ references, name }) =>
        references !== undefined && sameName(references.table, table) ? [{ from, name }] : [],
      ),
    );
  }

  /** Views and materialized views that read a relation, and what reads those. */
  viewsOf(relation: ObjectName): readonly Relation[] {
    const direct = this.relations.filter(({ reads }) => reads.some((read) => sameName(read, relation)));
    return direct.flatMap((view) => [view, ...(sameName(view, relation) ? [] : this.viewsOf(view))]);
  }

  putRelation(relation: Relation): void {
    this.#relations.set(keyOf(relation), relation);
  }

  putIndex(index: Index): void {
    this.#indexes.set(keyOf(index), index);
  }

  /** Adds a function, or replaces the one with the same arguments. */
  putRoutine(routine: Routine): void {
    const others = this.routinesNamed(routine).filter(
      (other) => other.arguments.join() !== routine.arguments.join(),
    );
    this.#routines.set(keyOf(routine), [...others, routine]);
  }

  putDomain(domain: Domain): void {
    this.#domains.set(keyOf(domain), domain);
  }

  putEnum(value: Enum): void {
    this.#enums.set(keyOf(value), value);
  }

  putSequence(sequence: Sequence): void {
    this.#sequences.set(keyOf(sequence), sequence);
  }

  putSetting(name: string, value: string | undefined): void {
    if (value === undefined) this.#settings.delete(name.toLowerCase());
    else this.#settings.set(name.toLowerCase(), value);
  }

  /** Settings end with the file: the runner resets the session. */
  clearSettings(): void {
    this.#settings.clear();
  }

  putDynamic(expression: string): void {
    this.#dynamic = [...this.#dynamic, expression];
  }

  putGrant(grant: Grant): void {
    this.#grants = [...this.#grants, grant];
  }

  /** Takes privileges away from roles; no privileges are all of them. */
  revoke({ on, object, privileges, roles }: Grant): void {
    this.#grants = this.#grants.flatMap((grant): readonly Grant[] => {
      if (grant.on !== on || !sameName(grant.object, object)) return [grant];
      const touched = grant.roles.filter((role) => roles.includes(role));
      const others = grant.roles.filter((role) => !roles.includes(role));
      const kept = privileges.length === 0 ? [] : grant.privileges.filter((one) => !privileges.includes(one));
      return [
        { ...grant, roles: others },
        { ...grant, roles: touched, privileges: kept },
      ].filter((left) => left.roles.length > 0 && left.privileges.length > 0);
    });
  }

  /** Drops a relation with its indexes, its own sequences and the foreign keys that refer to it. */
  dropRelation(name: ObjectName): void {
    this.#relations.delete(keyOf(name));
    for (const index of this.indexesOf(name)) this.#indexes.delete(keyOf(index));
    for (const sequence of this.sequences) {
      if (sequence.ownedBy !== undefined && sameName(sequence.ownedBy.table, name)) {
        this.#sequences.delete(keyOf(sequence));
      }
    }
    for (const relation of this.relations) {
      const refers = relation.constraints.filter(
        ({ references }) => references !== undefined && sameName(references.table, name),
      );
      if (refers.length === 0) continue;
      this.putRelation({
        ...relation,
        constraints: relation.constraints.filter((constraint) => !refers.includes(constraint)),
      });
    }
    for (const child of this.childrenOf(name)) if (child.partition !== undefined) this.dropRelation(child);
  }

  dropIndex(name: ObjectName): void {
    this.#indexes.delete(keyOf(name));
  }

  dropRoutine(name: ObjectName, argumentTypes: readonly string[] | undefined): void {
    const left =
      argumentTypes === undefined
        ? []
        : this.routinesNamed(name).filter((routine) => routine.arguments.join() !== argumentTypes.join());
    if (left.length === 0) this.#routines.delete(keyOf(name));
    else this.#routines.set(keyOf(name), left);
  }

  /** Drops a domain or an enum. */
  dropType(name: ObjectName): void {
    this.#domains.delete(keyOf(name));
    this.#enums.delete(keyOf(name));
  }

  dropSequence(name: ObjectName): void {
    this.#sequences.delete(keyOf(name));
  }

  /** Drops a schema with everything in it. */
  dropSchema(schema: string): void {
    for (const relation of this.relations) if (relation.schema === schema) this.dropRelation(relation);
    for (const map of [this.#indexes, this.#routines, this.#domains, this.#enums, this.#sequences]) {
      for (const key of map.keys()) if (key.startsWith(`${schema}\0`)) map.delete(key);
    }
  }

  /** Gives a relation another name; its indexes, partitions and referrers follow. */
  renameRelation(from: ObjectName, to: ObjectName): void {
    const relation = this.#relations.get(keyOf(from));
    if (relation !== undefined) {
      this.#relations.delete(keyOf(from));
      this.putRelation({ ...relation, ...to });
    }
    const moved = (name: ObjectName): ObjectName => (sameName(name, from) ? to : name);
    for (const index of this.indexes) {
      if (!sameName(index.table, from)) continue;
      this.#indexes.delete(keyOf(index));
      this.putIndex({ ...index, table: to, schema: to.schema });
    }
    for (const other of this.relations) {
      const changed = {
        ...other,
        parent: other.parent === undefined ? undefined : moved(other.parent),
        reads: other.reads.map(moved),
        constraints: other.constraints.map((constraint) =>
          constraint.references === undefined
            ? constraint
            : {
                ...constraint,
                references: { ...constraint.references, table: moved(constraint.references.table) },
              },
        ),
      };
      this.putRelation(changed);
    }
  }

  #resolve({ schema, name }: WrittenName, known: (key: string) => boolean): ObjectName {
    if (schema !== undefined) return { schema, name };
    for (const candidate of this.searchPath) {
      if (known(keyOf({ schema: candidate, name }))) return { schema: candidate, name };
    }
    return { schema: this.creationSchema, name };
  }
}
