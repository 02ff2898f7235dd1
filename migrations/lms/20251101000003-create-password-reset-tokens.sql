-- Creates the table password_reset_tokens: the one-time tokens for choosing a new password.

CREATE TABLE password_reset_tokens (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  user_id UUID NOT NULL,
  token VARCHAR(255) NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL,
  used_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT password_reset_tokens_pkey
    PRIMARY KEY (id),
  CONSTRAINT password_reset_tokens_token_key
    UNIQUE (token),
  CONSTRAINT password_reset_tokens_expiry_check
    CHECK (expires_at > created_at),
  CONSTRAINT password_reset_tokens_user_id_fkey
    FOREIGN KEY (user_id)
    REFERENCES users (id)
    ON DELETE CASCADE
);

CREATE INDEX idx_password_reset_tokens_user_id
  ON password_reset_tokens (user_id);

COMMENT ON TABLE password_reset_tokens IS
  'One-time tokens for choosing a new password. Append-only apart from used_at, hence no updated_at.';
COMMENT ON COLUMN password_reset_tokens.token IS
  'Hash of the token that was mailed, never the token itself.';
COMMENT ON COLUMN password_reset_tokens.used_at IS
  'Moment of use; a token that has one is spent.';
