import { connect } from '../../src/backends/connect.ts';
import { generateTypesOf } from '../../src/backends/types/generate.ts';
import type { ConnectionParameters } from '../../src/backends/parameters.ts';
import type { GeneratedTypes } from '../../src/core/generated-types.ts';
import { DEFAULT_TYPE_SETTINGS } from '../../src/core/type-settings.ts';
import type { TypeSettings } from '../../src/core/type-settings.ts';

/** The types of a database, over a session of their own. */
export async function typesOf(
  parameters: ConnectionParameters,
  settings: Partial<TypeSettings> = {},
): Promise<GeneratedTypes> {
  const session = await connect(parameters, 'look');
  try {
    return await generateTypesOf(session, {
      settings: { ...DEFAULT_TYPE_SETTINGS, ...settings },
      historySchema: 'lms_db',
      lockTimeout: 3_000,
    });
  } finally {
    await session.close();
  }
}

/** One declaration of generated types: `interface Users` up to its closing brace, or `type Mood`. */
export function declarationOf(text: string, name: string): string {
  const found =
    new RegExp(`^export interface ${name} {(?:}|[^]*?^})`, 'm').exec(text) ??
    new RegExp(`^export (?:type|const) ${name} [^]*?;$`, 'm').exec(text);
  if (found === null) throw new Error(`${name} is not declared in:\n${text}`);
  return found[0];
}
