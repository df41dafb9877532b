/** Snapshots that all queries of a generation share, and who holds them. */
export const snapshots = `
-- Whether all queries of a generation see one snapshot.
ALTER TABLE querypool.run ADD COLUMN shared_snapshot boolean NOT NULL DEFAULT false;
-- How many snapshots were lost since somebody asked for the run or its retry.
ALTER TABLE querypool.run ADD COLUMN snapshots_lost int NOT NULL DEFAULT 0;
-- What everything left of a stopped run fails with; null: the failure of a query has stopped it.
ALTER TABLE querypool.run ADD COLUMN stopped_error jsonb;
-- Whether the next generation followed by itself, as the snapshot was lost: nothing of this one was published.
ALTER TABLE querypool.generation ADD COLUMN superseded boolean NOT NULL DEFAULT false;

-- Each generation with a shared snapshot has a row from the moment on in which it is opened.
CREATE TABLE querypool.snapshot (
  run text NOT NULL REFERENCES querypool.run ON DELETE CASCADE,
  generation int NOT NULL,
  -- All null until it was taken: its first name, where the log of the server was then, when that was, and which start of
  -- which server it is of.
  id text,
  lsn text,
  taken_at timestamptz,
  server text,
  -- When it was seen that nothing of it is left in the database, after the end of the generation.
  released_at timestamptz,
  PRIMARY KEY (run, generation)
);
CREATE INDEX snapshot_unreleased ON querypool.snapshot (run) WHERE released_at IS NULL;

-- Who holds it, each in a place of its own and under a name of its own.
CREATE TABLE querypool.snapshot_holder (
  run text NOT NULL,
  generation int NOT NULL,
  place int NOT NULL,
  id text NOT NULL,
  -- The server process.
  pid int NOT NULL,
  since timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (run, generation, place),
  FOREIGN KEY (run, generation) REFERENCES querypool.snapshot ON DELETE CASCADE
);

-- What a run with a shared snapshot has come to may be superseded until its generation ends; before that, its rows are not
-- to be found here.
CREATE OR REPLACE VIEW querypool.results AS
SELECT q.run, r.batch, r.database, q.name AS query, q.position, q.tags,
  coalesce(x.state, CASE WHEN q.running_since IS NULL THEN 'queued' ELSE 'running' END) AS state,
  x.rows, x.bytes, coalesce(x.started_at, q.running_since) AS started_at, x.finished_at,
  extract(epoch FROM x.finished_at - x.started_at)::double precision AS seconds,
  coalesce(x.worker, q.worker) AS worker, x.attempts,
  x.error->>'code' AS error_code, x.error->>'message' AS error_message, x.error->>'sqlState' AS sql_state,
  CASE WHEN p.published THEN x.artifact END AS path, CASE WHEN p.published THEN x."offset" END AS "offset",
  CASE WHEN p.published THEN x.sha256 END AS sha256
FROM querypool.run r
CROSS JOIN LATERAL (SELECT NOT r.shared_snapshot OR r.state NOT IN ('queued', 'running') AS published) p
JOIN querypool.query q ON q.run = r.id
LEFT JOIN querypool.result x ON x.run = r.id AND x.generation = r.generation AND x.position = q.position;
`
