-- Rows as they were before companies, for a database that stands at version 000: projects in statuses old and new, with
-- sections, and memoires with chunks. From version 001 on there is nothing for this file to do.
-- With it `lms-db up --to 000`, `lms-db seed --only 005-original-schema` and `lms-db up` show what becomes of them.

-- In a DO block, because at version 001 these INSERTs would not even be understood.
DO $$
BEGIN
  IF to_regclass('companies') IS NOT NULL THEN
    RETURN;
  END IF;

  INSERT INTO projects (id, name, rc_storage_path, status, created_at)
  VALUES
    ('00000000-0000-4000-8000-000600000001', 'Drinking water, rue des Lilas', 'rc/lilas.pdf', 'submitted', '2025-03-03 09:00:00+00'),
    ('00000000-0000-4000-8000-000600000002', 'Retaining wall at the quay', 'rc/quay.pdf', 'analyzing', '2025-09-01 09:00:00+00'),
    ('00000000-0000-4000-8000-000600000003', 'Car park of the hospital', 'rc/hospital.pdf', 'in_progress', '2025-10-13 09:00:00+00'),
    ('00000000-0000-4000-8000-000600000004', 'Storm basin', NULL, NULL, '2025-10-27 09:00:00+00'),
    ('00000000-0000-4000-8000-000600000005', 'Cycle path along the canal', NULL, 'draft', '2025-11-03 09:00:00+00')
  ON CONFLICT (id)
  DO NOTHING;

  INSERT INTO sections (id, project_id, section_type, title, content, order_num, created_at)
  VALUES
    ('00000000-0000-4000-8000-000700000001', '00000000-0000-4000-8000-000600000001', 'methodology', 'Phasing', 'Two phases of six weeks.', 1, '2025-03-04 09:00:00+00'),
    ('00000000-0000-4000-8000-000700000002', '00000000-0000-4000-8000-000600000001', 'safety', 'Safety on the site', NULL, 2, '2025-03-04 09:00:00+00'),
    ('00000000-0000-4000-8000-000700000003', '00000000-0000-4000-8000-000600000003', 'methodology', 'Phasing', NULL, 1, '2025-10-14 09:00:00+00')
  ON CONFLICT (id)
  DO NOTHING;

  INSERT INTO memoires (id, filename, storage_path, client, year, indexed, created_at)
  VALUES
    ('00000000-0000-4000-8000-000800000001', 'memoire-2023.pdf', 'memoires/2023.pdf', 'Ville d''Exemple', 2023, TRUE, '2025-01-06 09:00:00+00'),
    ('00000000-0000-4000-8000-000800000002', 'memoire-2024.pdf', 'memoires/2024.pdf', NULL, 2024, FALSE, '2025-01-06 09:00:00+00')
  ON CONFLICT (id)
  DO NOTHING;

  -- A wave stands in for what a model would give: as long as a real embedding, and the same every time.
  INSERT INTO document_chunks (id, memoire_id, content, embedding, metadata, created_at)
  SELECT
    chunks.id,
    '00000000-0000-4000-8000-000800000001',
    chunks.content,
    (SELECT array_agg(sin(chunks.page * place)::REAL ORDER BY place) FROM generate_series(1, 1536) AS place),
    jsonb_build_object('page', chunks.page),
    '2025-01-06 09:00:00+00'
  FROM (VALUES
    ('00000000-0000-4000-8000-000900000001'::UUID, 1, 'Our teams work in two shifts.'),
    ('00000000-0000-4000-8000-000900000002'::UUID, 2, 'All waste is sorted on the site.')
  ) AS chunks (id, page, content)
  ON CONFLICT (id)
  DO NOTHING;
END
$$;
