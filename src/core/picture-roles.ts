import type { Fact, Picture, PictureObject } from './picture.ts';

/** Stands for the role that owns the application's objects, whatever it is called on each server. */
export const MAIN_ROLE = 'the main role';

/**
 * The picture with one role called MAIN_ROLE: two databases of one application are owned by roles with
 * different names, and that alone is no difference.
 */
export function withMainRole(picture: Picture, role: string): Picture {
  const renamed = (name: string, fact: Fact): Fact => {
    if (name === 'owner') return fact === role ? MAIN_ROLE : fact;
    if (name !== 'grants' || typeof fact !== 'object' || fact === null) return fact;
    return fact
      .map((line) => (line.startsWith(`${role} `) ? MAIN_ROLE + line.slice(role.length) : line))
      .sort();
  };
  return {
    ...picture,
    objects: picture.objects.map((object): PictureObject => ({
      ...object,
      name:
        object.kind === 'default privileges'
          ? object.name.replace(`for ${role} on`, `for ${MAIN_ROLE} on`)
          : object.name,
      facts: Object.fromEntries(
        Object.entries(object.facts).map(([name, fact]) => [name, renamed(name, fact)]),
      ),
    })),
  };
}
