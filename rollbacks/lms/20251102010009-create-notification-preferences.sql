-- Rolls back 20251102010009-create-notification-preferences: drops the table notification_preferences with its rows.

DROP TABLE notification_preferences;
