-- Rolls back 20251102010008-create-notifications: drops the table notifications with its rows,
-- then the type notification_channel.

DROP TABLE notifications;

DROP TYPE notification_channel;
