-- Creates the table categories: the subjects under which courses are listed.

CREATE TABLE categories (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  name VARCHAR(255) NOT NULL,
  slug VARCHAR(255) NOT NULL,
  description TEXT,
  icon_url TEXT,
  display_order INTEGER NOT NULL DEFAULT 0,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT categories_pkey
    PRIMARY KEY (id),
  CONSTRAINT categories_name_key
    UNIQUE (name),
  CONSTRAINT categories_slug_key
    UNIQUE (slug)
);

CREATE INDEX idx_categories_display_order
  ON categories (display_order);

CREATE TRIGGER categories_set_updated_at
  BEFORE UPDATE ON categories
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

COMMENT ON TABLE categories IS
  'Subjects under which courses are listed; a course has exactly one.';
COMMENT ON COLUMN categories.display_order IS
  'Position in listings, ascending.';
