// Three courses: a paid and a free one of an instructor who stands alone, and one that only Alder Works sees.
import type { Insertable, Kysely } from 'kysely';
import type { Courses, DB } from '../../../types/humanglue.ts';

const ALDER_WORKS = '00000000-0000-4000-8000-000100000001';

/** The course with whoever teaches it; their ids are those of Supabase Auth, so the e-mail address tells who it is. */
const COURSES: readonly { readonly teacher: string; readonly course: Insertable<Courses> }[] = [
  {
    teacher: 'ines@teaching.example',
    course: {
      id: '00000000-0000-4000-8000-000400000001',
      title: 'Leading Through Change',
      slug: 'leading-through-change',
      description: 'What people need from those who lead them, while everything moves.',
      category: 'leadership',
      tags: ['leadership', 'change'],
      price: '100.00',
      difficulty: 'intermediate',
    },
  },
  {
    teacher: 'ines@teaching.example',
    course: {
      id: '00000000-0000-4000-8000-000400000002',
      title: 'Working With Machines That Learn',
      slug: 'working-with-machines-that-learn',
      description: 'First steps, free of charge.',
      category: 'technology',
      tags: ['machine learning', 'basics'],
    },
  },
  {
    teacher: 'olaf@alder.example',
    course: {
      id: '00000000-0000-4000-8000-000400000003',
      organization_id: ALDER_WORKS,
      title: 'How We Work at Alder',
      slug: 'how-we-work-at-alder',
      description: 'For those who are new.',
      category: 'onboarding',
      tags: ['internal'],
    },
  },
];

export default async function seed(db: Kysely<DB>): Promise<void> {
  const people = await db.selectFrom('users').select(['id', 'email']).execute();
  const courses = COURSES.flatMap(({ teacher, course }) => {
    const found = people.find(({ email }) => email === teacher);
    // Without the teacher there is no course: on a real Supabase project people come from the Auth API.
    return found === undefined
      ? []
      : [
          {
            ...course,
            instructor_id: found.id,
            created_by: found.id,
            is_published: true,
            status: 'published' as const,
          },
        ];
  });
  if (courses.length === 0) return;
  await db
    .insertInto('courses')
    .values(courses)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}
