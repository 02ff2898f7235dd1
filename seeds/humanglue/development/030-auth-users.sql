-- Eight people to sign in with, one for each way of seeing the data, where auth.users stands in for Supabase Auth.
-- On a real Supabase project they come from the Auth API: create the ones you want there, with these e-mail addresses;
-- the seeds after this one take those that exist and leave out the others.

DO $$
BEGIN
  -- Asked first: there, the role of the migrations need not even have the right to write the table.
  IF NOT EXISTS (
    SELECT FROM lms_db.supabase_shim
    WHERE object = 'table auth.users'
  ) THEN
    RETURN;
  END IF;

  INSERT INTO auth.users (id, email, raw_user_meta_data)
  SELECT people.id, people.email, jsonb_build_object('full_name', people.full_name)
  FROM (VALUES
    ('00000000-0000-4000-8000-000300000001'::UUID, 'paula@humanglue.example', 'Paula Platform'),
    ('00000000-0000-4000-8000-000300000002'::UUID, 'olaf@alder.example', 'Olaf Owner'),
    ('00000000-0000-4000-8000-000300000003'::UUID, 'lena@alder.example', 'Lena Lead'),
    ('00000000-0000-4000-8000-000300000004'::UUID, 'max@alder.example', 'Max Member'),
    ('00000000-0000-4000-8000-000300000005'::UUID, 'bea@birch.example', 'Bea Birch'),
    ('00000000-0000-4000-8000-000300000006'::UUID, 'ines@teaching.example', 'Ines Instructor'),
    ('00000000-0000-4000-8000-000300000007'::UUID, 'carl@teaching.example', 'Carl Colleague'),
    ('00000000-0000-4000-8000-000300000008'::UUID, 'uma@elsewhere.example', 'Uma Unrelated')
  ) AS people (id, email, full_name)
  ON CONFLICT (id)
  DO NOTHING;
END
$$;
