-- Versions, approvals, assets and validation: K-7, K-8 and K-10. Content is named by kind and id, where no foreign key can hold it.

-- @check K-7 the current version of every course is its own
-- @since 20251103000014
SELECT courses.id, courses.current_version_id, content_versions.content_type, content_versions.content_id
FROM courses
JOIN content_versions
  ON content_versions.id = courses.current_version_id
WHERE content_versions.content_type <> 'course'
   OR content_versions.content_id <> courses.id;

-- @check K-7 the current version of every module is its own
-- @since 20251103000015
SELECT modules.id, modules.current_version_id, content_versions.content_type, content_versions.content_id
FROM modules
JOIN content_versions
  ON content_versions.id = modules.current_version_id
WHERE content_versions.content_type <> 'module'
   OR content_versions.content_id <> modules.id;

-- @check K-7 the current version of every lesson is its own
-- @since 20251103000016
SELECT lessons.id, lessons.current_version_id, content_versions.content_type, content_versions.content_id
FROM lessons
JOIN content_versions
  ON content_versions.id = lessons.current_version_id
WHERE content_versions.content_type <> 'lesson'
   OR content_versions.content_id <> lessons.id;

-- @check K-7 the current version of every quiz is its own
-- @since 20251103000017
SELECT quizzes.id, quizzes.current_version_id, content_versions.content_type, content_versions.content_id
FROM quizzes
JOIN content_versions
  ON content_versions.id = quizzes.current_version_id
WHERE content_versions.content_type <> 'quiz'
   OR content_versions.content_id <> quizzes.id;

-- @check K-8 the content of every version exists
-- @since 20251103000005
SELECT id, content_type, content_id
FROM content_versions
WHERE NOT CASE content_type
  WHEN 'course' THEN EXISTS (SELECT FROM courses WHERE courses.id = content_versions.content_id)
  WHEN 'module' THEN EXISTS (SELECT FROM modules WHERE modules.id = content_versions.content_id)
  WHEN 'lesson' THEN EXISTS (SELECT FROM lessons WHERE lessons.id = content_versions.content_id)
  WHEN 'quiz' THEN EXISTS (SELECT FROM quizzes WHERE quizzes.id = content_versions.content_id)
END;

-- @check K-8 the content of every approval exists
-- @since 20251103000007
SELECT id, content_type, content_id
FROM content_approvals
WHERE NOT CASE content_type
  WHEN 'course' THEN EXISTS (SELECT FROM courses WHERE courses.id = content_approvals.content_id)
  WHEN 'module' THEN EXISTS (SELECT FROM modules WHERE modules.id = content_approvals.content_id)
  WHEN 'lesson' THEN EXISTS (SELECT FROM lessons WHERE lessons.id = content_approvals.content_id)
  WHEN 'quiz' THEN EXISTS (SELECT FROM quizzes WHERE quizzes.id = content_approvals.content_id)
END;

-- @check K-8 the content of every use of an asset exists
-- @since 20251103000011
SELECT id, content_type, content_id
FROM asset_usage
WHERE NOT CASE content_type
  WHEN 'course' THEN EXISTS (SELECT FROM courses WHERE courses.id = asset_usage.content_id)
  WHEN 'module' THEN EXISTS (SELECT FROM modules WHERE modules.id = asset_usage.content_id)
  WHEN 'lesson' THEN EXISTS (SELECT FROM lessons WHERE lessons.id = asset_usage.content_id)
  WHEN 'quiz' THEN EXISTS (SELECT FROM quizzes WHERE quizzes.id = asset_usage.content_id)
END;

-- @check K-8 the content of every validation result exists
-- @since 20251103000013
SELECT id, content_type, content_id
FROM validation_results
WHERE NOT CASE content_type
  WHEN 'course' THEN EXISTS (SELECT FROM courses WHERE courses.id = validation_results.content_id)
  WHEN 'module' THEN EXISTS (SELECT FROM modules WHERE modules.id = validation_results.content_id)
  WHEN 'lesson' THEN EXISTS (SELECT FROM lessons WHERE lessons.id = validation_results.content_id)
  WHEN 'quiz' THEN EXISTS (SELECT FROM quizzes WHERE quizzes.id = validation_results.content_id)
END;

-- @check K-10 the usage count of every asset is the number of its uses
-- @since 20251103000011
SELECT assets.id, assets.file_name, assets.usage_count, count(asset_usage.id) AS uses
FROM assets
LEFT JOIN asset_usage
  ON asset_usage.asset_id = assets.id
GROUP BY assets.id
HAVING assets.usage_count <> count(asset_usage.id);
