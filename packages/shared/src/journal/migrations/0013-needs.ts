/** Queries that start when others have succeeded, and runs of which only so many queries run at once. */
export const needs = `
ALTER TABLE querypool.run
  ADD COLUMN has_needs boolean NOT NULL DEFAULT false,
  ADD COLUMN max_parallel int CHECK (max_parallel > 0);

ALTER TABLE querypool.query
  -- The names of the queries that it needs, as its batch says; null: none. Those that are in its run: querypool.need.
  ADD COLUMN needs text[],
  -- How long the longest path of queries that need it takes after it, one after another, as expected.
  ADD COLUMN rest_ms double precision NOT NULL DEFAULT 0;
COMMENT ON COLUMN querypool.query.job IS
  'The job that carries it; null: waits to be claimed; 0: needs no job; -1: it is to be seen first whether another has its result; -2: waits for queries that it needs';
CREATE INDEX query_needing ON querypool.query (run, position) WHERE job = -2;

-- Which query needs which, by their positions.
CREATE TABLE querypool.need (
  run text NOT NULL,
  position int NOT NULL,
  needs int NOT NULL,
  PRIMARY KEY (run, position, needs)
);
ALTER TABLE querypool.need ALTER COLUMN run SET STATISTICS 0;
CREATE INDEX need_needed ON querypool.need (run, needs, position);

-- The order of claims: unknown ones first, then by the path that begins with the query.
DROP INDEX querypool.query_unclaimed;
CREATE INDEX query_unclaimed ON querypool.query
  (run, (expected_ms + rest_ms) DESC, rest_ms DESC, cost_magnitude DESC, position) WHERE job IS NULL;

-- Before which jobs of its run it comes where several wait for a worker; null: its number says that.
ALTER TABLE querypool.job ADD COLUMN rank int;
`
