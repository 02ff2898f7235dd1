-- The four platforms. One that is there stays as it is: its name, settings and branding are its own.

INSERT INTO tenants (name, slug)
VALUES
  ('Neothink Hub', 'hub'),
  ('Ascenders', 'ascenders'),
  ('Neothinkers', 'neothinkers'),
  ('Immortals', 'immortals')
ON CONFLICT (slug)
DO NOTHING;
