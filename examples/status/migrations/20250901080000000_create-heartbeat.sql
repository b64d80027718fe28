-- Up Migration
CREATE TABLE heartbeat (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  replica text NOT NULL,
  worker_pid integer NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);

-- Down Migration
DROP TABLE heartbeat;
