/**
 * What readers in psql, Python and the like may build on: views whose columns keep their names and meaning
 * (docs/reading-results.md). The tables below them may change. Only the current generation of a run is shown.
 */
export const views = `
CREATE VIEW querypool.runs AS
SELECT r.id AS run, r.key, r.batch, r.file, r.database, r.state, r.query_count AS queries,
  c.succeeded, c.failed, c.cancelled, c.skipped,
  r.created_at, r.started_at, r.finished_at,
  extract(epoch FROM r.finished_at - r.started_at)::double precision AS seconds,
  r.cancel_requested_at, r.cancel_requested_by, r.store_id
FROM querypool.run r, LATERAL (
  SELECT count(*) FILTER (WHERE x.state = 'succeeded') AS succeeded,
    count(*) FILTER (WHERE x.state = 'failed') AS failed,
    count(*) FILTER (WHERE x.state = 'cancelled') AS cancelled,
    count(*) FILTER (WHERE x.state = 'skipped') AS skipped
  FROM querypool.result x WHERE x.run = r.id AND x.generation = r.generation) c;
COMMENT ON VIEW querypool.runs IS 'Runs, with how many of their queries came to what. See docs/reading-results.md.';

CREATE VIEW querypool.results AS
SELECT q.run, r.batch, r.database, q.name AS query, q.position, q.tags,
  coalesce(x.state, CASE WHEN q.running_since IS NULL THEN 'queued' ELSE 'running' END) AS state,
  x.rows, x.bytes, coalesce(x.started_at, q.running_since) AS started_at, x.finished_at,
  extract(epoch FROM x.finished_at - x.started_at)::double precision AS seconds,
  coalesce(x.worker, q.worker) AS worker, x.attempts,
  x.error->>'code' AS error_code, x.error->>'message' AS error_message, x.error->>'sqlState' AS sql_state,
  x.artifact AS path, x."offset", x.sha256
FROM querypool.run r
JOIN querypool.query q ON q.run = r.id
LEFT JOIN querypool.result x ON x.run = r.id AND x.generation = r.generation AND x.position = q.position;
COMMENT ON VIEW querypool.results IS
  'Queries of runs with what they came to, and where their rows are in the result store. See docs/reading-results.md.';
`
