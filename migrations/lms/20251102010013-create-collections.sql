-- Creates the table collections: the collections of courses that users keep.

CREATE TABLE collections (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  owner_id UUID NOT NULL,
  title VARCHAR(255) NOT NULL,
  slug VARCHAR(255) NOT NULL,
  description TEXT,
  is_public BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT collections_pkey
    PRIMARY KEY (id),
  CONSTRAINT collections_owner_id_slug_key
    UNIQUE (owner_id, slug),
  CONSTRAINT collections_owner_id_fkey
    FOREIGN KEY (owner_id)
    REFERENCES users (id)
    ON DELETE CASCADE
);

CREATE TRIGGER collections_set_updated_at
  BEFORE UPDATE ON collections
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

COMMENT ON TABLE collections IS
  'Collections of courses that a user keeps.';
