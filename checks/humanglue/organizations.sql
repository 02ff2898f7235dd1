-- Organizations apart from each other, where no foreign key can hold it. organization_id of assessments, enrollments,
-- registrations and consultations is the organization of that day: a person who moves on leaves them behind.

-- @check no person is in a team of another organization
-- @since 001
SELECT users.id, users.organization_id, users.team_id
FROM users
LEFT JOIN teams
  ON teams.id = users.team_id
WHERE users.team_id IS NOT NULL
  AND teams.organization_id IS DISTINCT FROM users.organization_id;

-- Such a lead sees nothing of the team; row security asks for the organization too.
-- @check no team is led from another organization
-- @severity warning
-- @since 001
SELECT teams.id, teams.name, teams.lead_id
FROM teams
JOIN users
  ON users.id = teams.lead_id
WHERE users.organization_id IS DISTINCT FROM teams.organization_id;

-- @check no assessment is of a template of another organization
-- @since 001
SELECT assessments.id, assessments.organization_id, assessment_templates.organization_id AS of_template
FROM assessments
JOIN assessment_templates
  ON assessment_templates.id = assessments.template_id
WHERE assessment_templates.organization_id <> assessments.organization_id;

-- @check no enrollment is in a course of another organization
-- @since 001
SELECT course_enrollments.id, course_enrollments.organization_id, courses.organization_id AS of_course
FROM course_enrollments
JOIN courses
  ON courses.id = course_enrollments.course_id
WHERE courses.organization_id <> course_enrollments.organization_id;

-- @check no registration is for a workshop of another organization
-- @since 001
SELECT workshop_registrations.id, workshop_registrations.organization_id, workshops.organization_id AS of_workshop
FROM workshop_registrations
JOIN workshops
  ON workshops.id = workshop_registrations.workshop_id
WHERE workshops.organization_id <> workshop_registrations.organization_id;

-- @check no consultation takes a slot of another expert
-- @since 001
SELECT consultations.id, consultations.expert_id, expert_availability.expert_id AS of_slot
FROM consultations
JOIN expert_availability
  ON expert_availability.id = consultations.availability_id
WHERE expert_availability.expert_id <> consultations.expert_id;
