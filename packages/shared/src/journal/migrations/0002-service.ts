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
-- What is to be sent there, written with the results themselves.
CREATE TABLE querypool.publication (
  run text NOT NULL REFERENCES querypool.run ON DELETE CASCADE,
  generation int NOT NULL,
  position int NOT NULL,
  queue text NOT NULL,
  -- The number of the sending; null: not sent, or Redis has lost it since.
  sending bigint,
  PRIMARY KEY (run, position, generation)
);
CREATE INDEX publication_unsent ON querypool.publication (queue, run, generation, position) WHERE sending IS NULL;
CREATE INDEX publication_sent ON querypool.publication (sending) WHERE sending IS NOT NULL;
CREATE SEQUENCE querypool.sending;

-- A run with this is being removed, and nobody sees it any more.
ALTER TABLE querypool.run ADD COLUMN removing_at timestamptz;
CREATE INDEX run_removing ON querypool.run (id) WHERE removing_at IS NOT NULL;
CREATE INDEX run_finished ON querypool.run (finished_at) WHERE finished_at IS NOT NULL;

-- The removal of a query looks for its results by run and position. In the old order of the key that would read all
-- results of the run for each of its queries.
ALTER TABLE querypool.result DROP CONSTRAINT result_pkey;
ALTER TABLE querypool.result ADD PRIMARY KEY (run, position, generation);
`
