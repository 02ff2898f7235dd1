-- Rolls back 20251103000000-create-academy-settings: drops the table academy_settings with its rows,
-- then the type tenant_mode.

DROP TABLE academy_settings;

DROP TYPE tenant_mode;
