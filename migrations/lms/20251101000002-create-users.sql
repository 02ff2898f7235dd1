-- Creates the table users: the accounts of learners, instructors and administrators.

CREATE TABLE users (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email VARCHAR(255) NOT NULL,
  username VARCHAR(255) NOT NULL,
  password_hash VARCHAR(255) NOT NULL,
  first_name VARCHAR(255) NOT NULL,
  last_name VARCHAR(255) NOT NULL,
  profile_picture_url TEXT,
  bio TEXT,
  role_id UUID NOT NULL,
  is_email_verified BOOLEAN NOT NULL DEFAULT FALSE,
  email_verification_token VARCHAR(255),
  is_active BOOLEAN NOT NULL DEFAULT TRUE,
  last_login TIMESTAMPTZ,
  deleted_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT users_pkey
    PRIMARY KEY (id),
  CONSTRAINT users_email_check
    CHECK (position('@' IN email) > 1),
  CONSTRAINT users_username_check
    CHECK (btrim(username) <> ''),
  CONSTRAINT users_password_hash_check
    CHECK (password_hash <> ''),
  CONSTRAINT users_role_id_fkey
    FOREIGN KEY (role_id)
    REFERENCES roles (id)
    ON DELETE RESTRICT
);

CREATE UNIQUE INDEX uq_users_lower_email_not_deleted
  ON users (lower(email))
  WHERE deleted_at IS NULL;

CREATE UNIQUE INDEX uq_users_lower_username_not_deleted
  ON users (lower(username))
  WHERE deleted_at IS NULL;

CREATE INDEX idx_users_role_id
  ON users (role_id);

CREATE TRIGGER users_set_updated_at
  BEFORE UPDATE ON users
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

COMMENT ON TABLE users IS
  'Accounts. Deleted softly: deleted_at is set, and e-mail and user name become free again.';
COMMENT ON COLUMN users.email IS
  'Unique without regard to case among the accounts that are not deleted (uq_users_lower_email_not_deleted).';
COMMENT ON COLUMN users.username IS
  'Unique without regard to case among the accounts that are not deleted (uq_users_lower_username_not_deleted).';
COMMENT ON COLUMN users.password_hash IS
  'A password hash (bcrypt, 10 rounds), never a password.';
COMMENT ON COLUMN users.email_verification_token IS
  'Sent to the e-mail address to verify it; NULL when none is outstanding.';
COMMENT ON COLUMN users.deleted_at IS
  'Moment of the soft deletion; NULL for an account that exists.';
