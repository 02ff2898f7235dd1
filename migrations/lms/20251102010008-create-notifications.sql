-- Creates the table notifications: the notifications sent to users.

CREATE TYPE notification_channel AS ENUM (
  'in_app',
  'email',
  'push'
);

CREATE TABLE notifications (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  user_id UUID NOT NULL,
  type VARCHAR(100) NOT NULL,
  channel notification_channel NOT NULL DEFAULT 'in_app',
  title VARCHAR(255) NOT NULL,
  body TEXT,
  data JSONB NOT NULL DEFAULT '{}',
  read_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT notifications_pkey
    PRIMARY KEY (id),
  CONSTRAINT notifications_user_id_fkey
    FOREIGN KEY (user_id)
    REFERENCES users (id)
    ON DELETE CASCADE
);

CREATE INDEX idx_notifications_user_id_created_at
  ON notifications (user_id, created_at);

CREATE INDEX idx_notifications_user_id_unread
  ON notifications (user_id)
  WHERE read_at IS NULL;

COMMENT ON TYPE notification_channel IS
  'How a notification reaches its user.';
COMMENT ON TABLE notifications IS
  'Notifications sent to a user. Append-only apart from read_at, hence no updated_at.';
COMMENT ON COLUMN notifications.type IS
  'Kind of event, for example course.published; the same names as in notification_preferences.';
COMMENT ON COLUMN notifications.data IS
  'Object with the values that the text and its link need; its keys depend on type.';
