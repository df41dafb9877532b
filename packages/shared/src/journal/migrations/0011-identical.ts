/** Queries that take the result of an identical one, of their own run or of one before, and where results are from. */
export const identical = `
ALTER TABLE querypool.query
  -- Where the same reads of a run run once: a hash of the run and of what they have in common. Of the first of them, which
  -- is executed; and of the others, which get its result. By one column each, so that there is one index to find them by.
  ADD COLUMN first_as text,
  ADD COLUMN same_as text,
  -- It may take a result of a run before whose query began at most so long ago, in ms; null: none, and nobody takes its own.
  ADD COLUMN cache_ms int,
  -- What it has in common with queries of other runs that come to the same, if it has cache_ms.
  ADD COLUMN identity text;
COMMENT ON COLUMN querypool.query.job IS
  'The job that carries it; null: waits to be claimed; 0: needs no job; -1: it is to be seen first whether another has its result';
CREATE INDEX query_identity ON querypool.query (identity, run, position) WHERE identity IS NOT NULL;
CREATE INDEX query_first_as ON querypool.query (first_as) WHERE first_as IS NOT NULL;
CREATE INDEX query_same_as ON querypool.query (same_as) WHERE same_as IS NOT NULL;
CREATE INDEX query_asking ON querypool.query (run, position) WHERE job = -1;

-- Whose result it is: the query that was executed. Null: its own.
ALTER TABLE querypool.result
  ADD COLUMN shared_run text,
  ADD COLUMN shared_query text,
  ADD COLUMN shared_position int;
CREATE INDEX result_shared ON querypool.result (shared_run) WHERE shared_run <> run;

CREATE OR REPLACE VIEW querypool.results AS
SELECT q.run, r.batch, r.database, q.name AS query, q.position, q.tags,
  coalesce(x.state, CASE WHEN q.running_since IS NULL THEN 'queued' ELSE 'running' END) AS state,
  x.rows, x.bytes, coalesce(x.started_at, q.running_since) AS started_at, x.finished_at,
  extract(epoch FROM x.finished_at - x.started_at)::double precision AS seconds,
  coalesce(x.worker, q.worker) AS worker, x.attempts,
  x.error->>'code' AS error_code, x.error->>'message' AS error_message, x.error->>'sqlState' AS sql_state,
  CASE WHEN p.published THEN x.artifact END AS path, CASE WHEN p.published THEN x."offset" END AS "offset",
  CASE WHEN p.published THEN x.sha256 END AS sha256,
  x.shared_run AS shared_from_run, x.shared_query AS shared_from_query
FROM querypool.run r
CROSS JOIN LATERAL (SELECT NOT r.shared_snapshot OR r.state NOT IN ('queued', 'running') AS published) p
JOIN querypool.query q ON q.run = r.id
LEFT JOIN querypool.result x ON x.run = r.id AND x.generation = r.generation AND x.position = q.position;
`
