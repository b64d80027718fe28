-- Up Migration
CREATE TABLE notice (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  text text NOT NULL CHECK (text <> ''),
  posted_at timestamptz NOT NULL DEFAULT now()
);

INSERT INTO notice (text) VALUES ('Welcome. This notice was written by a data migration.');

-- Down Migration
DROP TABLE notice;
