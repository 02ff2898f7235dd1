-- Rolls back 20251102000004-create-lessons: drops the table lessons with its rows,
-- then the types lesson_type and video_provider.

DROP TABLE lessons;

DROP TYPE video_provider;
DROP TYPE lesson_type;
