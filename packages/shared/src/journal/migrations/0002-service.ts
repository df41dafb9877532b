/** What a long-running installation needs: databases with live limits, and results for the queues of others. */
export const service = `
-- What was set while the installation runs; the rest is in the configuration.
CREATE TABLE querypool.database (
  name text PRIMARY KEY,
  paused boolean NOT NULL DEFAULT false,
  -- Instead of the configured one; null: as configured.
  max_concurrency int CHECK (max_concurrency > 0),
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  changed_by text NOT NULL
);

-- The result store of the installation's overseers and workers; null: no overseer has run yet.
ALTER TABLE querypool.installation ADD COLUMN store_id text;

-- The queue to which the results of a run are published; null: none.
ALTER TABLE querypool.run ADD COLUMN publish text;
CREATE TABLE querypool.publication (
  run text NOT NULL REFERENCES querypool.run ON DELETE CASCADE,
  generation int NOT NULL,
  position int NOT NULL,
  sent_at timestamptz,
  PRIMARY KEY (run, generation, position)
);
CREATE INDEX publication_unsent ON querypool.publication (run, position) WHERE sent_at IS NULL;
CREATE INDEX run_finished ON querypool.run (finished_at) WHERE finished_at IS NOT NULL;
`
