-- The tenants.

-- @check companies query
-- @expect >= 1
-- @since 001
SELECT count(*)
FROM (
  SELECT
    id, name, address, city, postal_code, phone, email, logo_url, certifications, settings, created_at, updated_at
  FROM companies
) AS companies;

-- By its id, so that it may get its real name.
-- @check the company of the migrated data, or the demo company
-- @expect >= 1
-- @since 001
SELECT count(*)
FROM companies
WHERE id = '00000000-0000-4000-8000-202511060001'
   OR name IN ('Enpyco (Migrated Data)', 'Enpyco Demo Company');
