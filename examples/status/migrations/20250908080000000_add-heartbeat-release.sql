-- Up Migration
-- The default keeps the version before this one working: it inserts rows without a release.
ALTER TABLE heartbeat ADD COLUMN release text NOT NULL DEFAULT 'unknown';

-- Down Migration
ALTER TABLE heartbeat DROP COLUMN release;
