/**
 * Durations are learned for each database, with hashes of the SQL and of the values of parameters that they belong to, and
 * queries have the magnitude of their planner's cost.
 */
export const durations = `
ALTER TABLE querypool.duration RENAME TO duration_before;
CREATE TABLE querypool.duration (
  database text NOT NULL,
  batch text NOT NULL,
  query text NOT NULL,
  -- The latest ones, newest first, and in the same places what they belong to; 0: not known.
  recent_ms double precision[] NOT NULL,
  recent_sql bigint[] NOT NULL,
  recent_arguments bigint[] NOT NULL,
  PRIMARY KEY (database, batch, query)
);
INSERT INTO querypool.duration
SELECT r.database, d.batch, d.query, d.recent_ms, array_fill(0::bigint, zeros), array_fill(0::bigint, zeros)
FROM querypool.duration_before d JOIN (SELECT DISTINCT database, batch FROM querypool.run) AS r USING (batch),
  LATERAL (SELECT ARRAY[cardinality(d.recent_ms)] AS zeros) AS counted;
DROP TABLE querypool.duration_before;

-- The power of ten of what the planner says it costs, where the duration is not known; 0 where it was not asked.
ALTER TABLE querypool.query ADD COLUMN cost_magnitude smallint NOT NULL DEFAULT 0;
DROP INDEX querypool.query_unclaimed;
CREATE INDEX query_unclaimed ON querypool.query (run, expected_ms DESC, cost_magnitude DESC, position) WHERE job IS NULL;
`
