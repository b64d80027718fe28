CREATE TABLE entry (
    id serial PRIMARY KEY,
    name text NOT NULL,
    message text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX entry_created_at_idx ON entry (created_at DESC);

INSERT INTO entry (name, message) VALUES ('Ada', 'First!');
