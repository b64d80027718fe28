ALTER TABLE todos ADD COLUMN due_on date;
CREATE INDEX todos_open_idx ON todos (due_on) WHERE NOT done;
