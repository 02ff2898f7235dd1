-- Rolls back 20251102000000-create-categories: drops the table categories with its rows.

DROP TABLE categories;
