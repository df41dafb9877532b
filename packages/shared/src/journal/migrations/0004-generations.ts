/** Runs that are done once more: their earlier generations, and which results were carried over. */
export const generations = `
-- The generations of runs that were followed by another, each as it ended: rows are added and never changed. The latest
-- generation of a run is its row in querypool.run. Runs from before have one generation, so there is nothing to fill in.
CREATE TABLE querypool.generation (
  run text NOT NULL REFERENCES querypool.run ON DELETE CASCADE,
  generation int NOT NULL,
  state text NOT NULL CHECK (state IN ('succeeded', 'partial', 'failed', 'cancelled')),
  slots int NOT NULL,
  requested_at timestamptz NOT NULL,
  requested_by text,
  started_at timestamptz,
  finished_at timestamptz NOT NULL,
  cancel_requested_at timestamptz,
  cancel_requested_by text,
  succeeded int NOT NULL,
  failed int NOT NULL,
  cancelled int NOT NULL,
  skipped int NOT NULL,
  PRIMARY KEY (run, generation)
);

-- When and by whom the latest generation was asked for; null: it is the first.
ALTER TABLE querypool.run ADD COLUMN retried_at timestamptz;
ALTER TABLE querypool.run ADD COLUMN retried_by text;

-- The generation that the result is from; null: from its own.
ALTER TABLE querypool.result ADD COLUMN carried_from int;
`
