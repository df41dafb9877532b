/** Installation, runs, queries, jobs, results, learned durations. Every row is written by the verb of its name. */
export const runs = `
CREATE TABLE querypool.installation (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO querypool.installation (id) VALUES (substr(md5(random()::text || clock_timestamp()::text), 1, 8));

CREATE TABLE querypool.run (
  id text PRIMARY KEY,
  key text UNIQUE,
  batch text NOT NULL,
  file text NOT NULL,
  database text NOT NULL,
  private boolean NOT NULL,
  slots int NOT NULL,
  store_id text NOT NULL,
  state text NOT NULL DEFAULT 'queued'
    CHECK (state IN ('queued', 'running', 'succeeded', 'partial', 'failed', 'cancelled')),
  generation int NOT NULL DEFAULT 1,
  input_open boolean NOT NULL DEFAULT true,
  query_count int NOT NULL DEFAULT 0,
  last_job int NOT NULL DEFAULT 0,
  last_dispatch int NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  started_at timestamptz,
  finished_at timestamptz,
  cancel_requested_at timestamptz,
  cancel_requested_by text
);
CREATE INDEX run_unfinished ON querypool.run (id) WHERE state IN ('queued', 'running');
CREATE INDEX run_created ON querypool.run (created_at DESC);

CREATE TABLE querypool.query (
  run text NOT NULL REFERENCES querypool.run ON DELETE CASCADE,
  position int NOT NULL,
  name text NOT NULL,
  sql text NOT NULL,
  line int NOT NULL,
  "column" int NOT NULL,
  slots jsonb NOT NULL,
  arguments jsonb NOT NULL,
  effect text NOT NULL CHECK (effect IN ('read', 'write')),
  timeout_ms int,
  retries int,
  tags text[] NOT NULL,
  expected_ms double precision,
  -- The job that carries it in the current generation; null: waits to be claimed; 0: needs no job.
  job int,
  failures int NOT NULL DEFAULT 0,
  -- Hints from the worker, for people.
  running_since timestamptz,
  worker text,
  pid int,
  PRIMARY KEY (run, position),
  UNIQUE (run, name)
);
CREATE INDEX query_unclaimed ON querypool.query (run, expected_ms DESC, position) WHERE job IS NULL;
CREATE INDEX query_running ON querypool.query (run) WHERE running_since IS NOT NULL;
CREATE INDEX query_job ON querypool.query (run, job);

CREATE TABLE querypool.job (
  run text NOT NULL REFERENCES querypool.run ON DELETE CASCADE,
  job int NOT NULL,
  generation int NOT NULL,
  attempt int NOT NULL DEFAULT 1,
  lost_workers int NOT NULL DEFAULT 0,
  not_before timestamptz,
  settled boolean NOT NULL DEFAULT false,
  PRIMARY KEY (run, job)
);
CREATE INDEX job_open ON querypool.job (run, job) WHERE NOT settled;

CREATE TABLE querypool.result (
  run text NOT NULL,
  generation int NOT NULL,
  position int NOT NULL,
  state text NOT NULL CHECK (state IN ('succeeded', 'failed', 'cancelled', 'skipped')),
  attempts int NOT NULL,
  -- The artifact, and where in it: null unless the query succeeded.
  artifact text,
  "offset" bigint,
  bytes bigint,
  rows bigint,
  sha256 text,
  worker text,
  started_at timestamptz,
  finished_at timestamptz NOT NULL,
  error jsonb,
  -- The order of the result feed.
  feed bigint GENERATED ALWAYS AS IDENTITY,
  PRIMARY KEY (run, generation, position),
  FOREIGN KEY (run, position) REFERENCES querypool.query ON DELETE CASCADE
);
CREATE INDEX result_feed ON querypool.result (run, feed);

CREATE TABLE querypool.event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run text NOT NULL REFERENCES querypool.run ON DELETE CASCADE,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  code text NOT NULL,
  message text NOT NULL
);
CREATE INDEX event_run ON querypool.event (run, id);

CREATE TABLE querypool.duration (
  batch text NOT NULL,
  query text NOT NULL,
  -- The latest ones, newest first; what is expected is their median.
  recent_ms double precision[] NOT NULL,
  PRIMARY KEY (batch, query)
);
`
