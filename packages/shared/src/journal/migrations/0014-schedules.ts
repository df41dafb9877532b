/** Schedules, the versions of their files, and the ledger of their slots: each slot has one row, whoever decides it. */
export const schedules = `
CREATE TABLE querypool.schedule (
  -- That of its batch.
  name text PRIMARY KEY,
  file text NOT NULL,
  version int NOT NULL,
  -- Every slot up to this instant is decided; the next one after it, null: there is none.
  decided_until timestamptz NOT NULL,
  next_at timestamptz,
  -- How many of its slots in turn have not succeeded.
  failures int NOT NULL DEFAULT 0,
  paused_at timestamptz,
  paused_by text,
  -- Its file is gone: it has no more slots, but its ledger stays.
  removed_at timestamptz
);

CREATE TABLE querypool.schedule_version (
  schedule text NOT NULL REFERENCES querypool.schedule ON UPDATE CASCADE,
  version int NOT NULL,
  file text NOT NULL,
  -- Of the text of the file and of all that it takes from others.
  hash text NOT NULL,
  source text NOT NULL,
  -- What the batch says under schedule, and the batch as it was read.
  definition jsonb NOT NULL,
  batch jsonb NOT NULL,
  installed_at timestamptz NOT NULL,
  installed_by text NOT NULL,
  PRIMARY KEY (schedule, version)
);

CREATE TABLE querypool.backfill (
  id text PRIMARY KEY,
  schedule text NOT NULL REFERENCES querypool.schedule ON UPDATE CASCADE,
  from_at timestamptz NOT NULL,
  to_at timestamptz NOT NULL,
  newest_first boolean NOT NULL,
  max_parallel int NOT NULL,
  -- How many slots it has taken on.
  slots int NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  cancelled_at timestamptz,
  cancelled_by text
);

CREATE TABLE querypool.slot (
  schedule text NOT NULL REFERENCES querypool.schedule ON UPDATE CASCADE,
  -- Its time, which ends its interval, too.
  at timestamptz NOT NULL,
  interval_start timestamptz NOT NULL,
  state text NOT NULL
    CHECK (state IN ('waiting', 'running', 'succeeded', 'partial', 'failed', 'cancelled', 'skipped')),
  -- The code of why it was skipped, or could not be run.
  reason text,
  origin text NOT NULL CHECK (origin IN ('schedule', 'trigger', 'backfill')),
  backfill text REFERENCES querypool.backfill,
  not_before timestamptz NOT NULL,
  -- What it was before it waited for one more run; null: it had not been decided.
  state_before text,
  -- Its last run, which may have been removed since.
  run text,
  PRIMARY KEY (schedule, at)
);
CREATE INDEX slot_open ON querypool.slot (schedule, at) WHERE state IN ('waiting', 'running');
CREATE INDEX slot_last_run ON querypool.slot (run) WHERE run IS NOT NULL;
CREATE INDEX slot_backfill ON querypool.slot (backfill) WHERE backfill IS NOT NULL;

-- Each run that a slot has had.
CREATE TABLE querypool.slot_run (
  run text PRIMARY KEY,
  schedule text NOT NULL,
  at timestamptz NOT NULL,
  -- The version of the file that it used.
  version int NOT NULL,
  origin text NOT NULL,
  backfill text,
  started_at timestamptz NOT NULL,
  -- How it ended; null: it is not over.
  state text,
  FOREIGN KEY (schedule, at) REFERENCES querypool.slot ON UPDATE CASCADE
);
CREATE INDEX slot_run_slot ON querypool.slot_run (schedule, at);
CREATE INDEX slot_run_backfill ON querypool.slot_run (backfill) WHERE backfill IS NOT NULL;
`
