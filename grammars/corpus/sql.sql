-- TODO: yes sql line
/* TODO: yes sql block
   with a body */
SELECT a, -- TODO: yes sql after code
  '-- TODO: no' AS b,
  'it''s -- TODO: no' AS c,
  "-- TODO: no" AS d,
  1 /* TODO: yes sql in code */ + 2 AS e
FROM t;
COMMENT ON TABLE t IS 'TODO: no';
INSERT INTO t VALUES ('several
-- TODO: no
lines'); -- TODO: yes sql after several lines
CREATE FUNCTION f() RETURNS int AS $$
  SELECT 1;
$$ LANGUAGE sql; -- TODO: yes sql after a dollar string
--TODO: yes sql without blanks
SELECT 3 - -1; -- TODO: yes sql after a minus
