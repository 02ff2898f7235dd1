-- Rolls back 20251102000006-create-lesson-completions: drops the table lesson_completions with its rows.

DROP TABLE lesson_completions;
