-- Rolls back 20250603000002-content-localization: drops the tables content_translations and languages with their rows.

DROP TABLE content_translations;
DROP TABLE languages;
