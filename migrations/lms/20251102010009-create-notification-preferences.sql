-- Creates the table notification_preferences: which notifications a user wants, and by which channel.

CREATE TABLE notification_preferences (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  user_id UUID NOT NULL,
  type VARCHAR(100) NOT NULL,
  channel notification_channel NOT NULL,
  is_enabled BOOLEAN NOT NULL DEFAULT TRUE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT notification_preferences_pkey
    PRIMARY KEY (id),
  CONSTRAINT notification_preferences_user_id_type_channel_key
    UNIQUE (user_id, type, channel),
  CONSTRAINT notification_preferences_user_id_fkey
    FOREIGN KEY (user_id)
    REFERENCES users (id)
    ON DELETE CASCADE
);

CREATE TRIGGER notification_preferences_set_updated_at
  BEFORE UPDATE ON notification_preferences
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

COMMENT ON TABLE notification_preferences IS
  'Which notifications a user wants, by type and channel.';
