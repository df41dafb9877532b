/** Runs of a million queries: what they came to is counted as it comes, and what waits is ended in parts. */
export const largeRuns = `
-- How many results a generation has of each kind. Each server process counts for itself, so that nobody waits for anybody;
-- the sums are exact, for whoever sees a result sees it counted. Carried over from an earlier generation: they count as
-- what they are, too.
CREATE TABLE querypool.outcome_count (
  run text NOT NULL,
  generation int NOT NULL,
  backend int NOT NULL,
  succeeded int NOT NULL,
  failed int NOT NULL,
  cancelled int NOT NULL,
  skipped int NOT NULL,
  carried int NOT NULL,
  PRIMARY KEY (run, generation, backend)
) WITH (fillfactor = 50);

INSERT INTO querypool.outcome_count
SELECT run, generation, 0, count(*) FILTER (WHERE state = 'succeeded'), count(*) FILTER (WHERE state = 'failed'),
  count(*) FILTER (WHERE state = 'cancelled'), count(*) FILTER (WHERE state = 'skipped'), count(carried_from)
FROM querypool.result GROUP BY run, generation;

CREATE FUNCTION querypool.count_outcomes() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  INSERT INTO querypool.outcome_count AS known
  SELECT run, generation, pg_backend_pid(), count(*) FILTER (WHERE state = 'succeeded'),
    count(*) FILTER (WHERE state = 'failed'), count(*) FILTER (WHERE state = 'cancelled'),
    count(*) FILTER (WHERE state = 'skipped'), count(carried_from)
  FROM added GROUP BY run, generation
  ON CONFLICT (run, generation, backend) DO UPDATE SET succeeded = known.succeeded + excluded.succeeded,
    failed = known.failed + excluded.failed, cancelled = known.cancelled + excluded.cancelled,
    skipped = known.skipped + excluded.skipped, carried = known.carried + excluded.carried;
  RETURN NULL;
END
$body$;
CREATE TRIGGER count_outcomes AFTER INSERT ON querypool.result REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION querypool.count_outcomes();

CREATE OR REPLACE VIEW querypool.runs AS
SELECT r.id AS run, r.key, r.batch, r.file, r.database, r.state, r.query_count AS queries,
  c.succeeded, c.failed, c.cancelled, c.skipped,
  r.created_at, r.started_at, r.finished_at,
  extract(epoch FROM r.finished_at - r.started_at)::double precision AS seconds,
  r.cancel_requested_at, r.cancel_requested_by, r.store_id
FROM querypool.run r, LATERAL (
  SELECT coalesce(sum(x.succeeded), 0) AS succeeded, coalesce(sum(x.failed), 0) AS failed,
    coalesce(sum(x.cancelled), 0) AS cancelled, coalesce(sum(x.skipped), 0) AS skipped
  FROM querypool.outcome_count x WHERE x.run = r.id AND x.generation = r.generation) c;

-- Of a run that is ending: from which position on queries that no job carries may have no result yet; null: all have.
ALTER TABLE querypool.run ADD COLUMN unended_from int;

-- Checked for each result it doubled what ending a million queries takes. Who removes queries removes their results.
ALTER TABLE querypool.result DROP CONSTRAINT result_run_position_fkey;
`
