-- Rolls back 20251102010011-create-learning-paths: drops the table learning_paths with its rows.

DROP TABLE learning_paths;
