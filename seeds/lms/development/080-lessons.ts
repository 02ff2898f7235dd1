// Thirty lessons, three and two by turns in the twelve sections: too regular to write down one by one.
import type { Kysely } from 'kysely';
import type { DB } from '../../../types/lms.ts';

const TYPES = ['text', 'video', 'document'] as const;

/** Fixed identifiers, as the other files of this folder have them: 7 for sections, 8 for lessons. */
function id(kind: 7 | 8, number: number): string {
  return `00000000-0000-4000-8000-000${kind}${String(number).padStart(8, '0')}`;
}

export default async function seed(db: Kysely<DB>): Promise<void> {
  const sections = await db
    .selectFrom('sections')
    .innerJoin('courses', 'courses.id', 'sections.course_id')
    .select(['sections.id', 'sections.title', 'courses.academy_id', 'courses.status'])
    .where('sections.id', '>=', id(7, 1))
    .where('sections.id', '<=', id(7, 12))
    .orderBy('sections.id')
    .execute();
  let number = 0;
  const lessons = sections.flatMap((section, index) =>
    Array.from({ length: index % 2 === 0 ? 3 : 2 }, (_, position) => {
      number += 1;
      const type = TYPES[number % TYPES.length] ?? 'text';
      return {
        id: id(8, number),
        section_id: section.id,
        academy_id: section.academy_id,
        title: `${section.title}, part ${String(position + 1)}`,
        content: type === 'text' ? `What there is to know about ${section.title.toLowerCase()}.` : null,
        lesson_type: type,
        video_provider: type === 'video' ? ('self_hosted' as const) : null,
        self_hosted_video_path: type === 'video' ? `/videos/lesson-${String(number)}.mp4` : null,
        document_paths: JSON.stringify(
          type === 'document' ? [`/documents/lesson-${String(number)}.pdf`] : [],
        ),
        display_order: position + 1,
        duration_minutes: 10 + (number % 4) * 5,
        is_published: section.status === 'published',
      };
    }),
  );
  await db
    .insertInto('lessons')
    .values(lessons)
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((row) => ({
        title: row.ref('excluded.title'),
        content: row.ref('excluded.content'),
        lesson_type: row.ref('excluded.lesson_type'),
        video_provider: row.ref('excluded.video_provider'),
        self_hosted_video_path: row.ref('excluded.self_hosted_video_path'),
        document_paths: row.ref('excluded.document_paths'),
        display_order: row.ref('excluded.display_order'),
        duration_minutes: row.ref('excluded.duration_minutes'),
        is_published: row.ref('excluded.is_published'),
      })),
    )
    .execute();
}
