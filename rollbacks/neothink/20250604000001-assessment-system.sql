-- Rolls back 20250604000001-assessment-system: drops the view published_questions, and the tables assessment_attempts,
-- assessment_questions and assessments with their rows.

DROP VIEW published_questions;

DROP TABLE assessment_attempts;
DROP TABLE assessment_questions;
DROP TABLE assessments;
