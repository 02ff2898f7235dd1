-- Rolls back 20251102000002-create-modules: drops the table modules with its rows.

DROP TABLE modules;
