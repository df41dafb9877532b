/** Who is told of what becomes of runs: the hooks of a run, what each has been told, and what is on its way. */
export const notifications = `
-- As packages/shared/src/notify/hook.ts has them; where a secret is, never the secret.
ALTER TABLE querypool.run ADD COLUMN notify jsonb NOT NULL DEFAULT '[]';
-- From when on the deadlines of the hooks count.
ALTER TABLE querypool.run ADD COLUMN deadline_from timestamptz NOT NULL DEFAULT clock_timestamp();
-- The earliest deadline that nobody has looked at; null: none. Those before it are dealt with.
ALTER TABLE querypool.run ADD COLUMN next_deadline_at timestamptz;
CREATE INDEX run_deadline ON querypool.run (next_deadline_at) WHERE next_deadline_at IS NOT NULL;

-- What a hook of a batch was told, so that it is not told again until it is armed. See packages/shared/src/notify/standing.ts.
CREATE TABLE querypool.standing (
  batch text NOT NULL,
  database text NOT NULL,
  hook text NOT NULL,
  outcome text CHECK (outcome IN ('success', 'partial', 'failure')),
  told text CHECK (told IN ('partial', 'failure')),
  -- Whether it was told of a missed deadline, and no run has kept it since.
  told_deadline boolean NOT NULL DEFAULT false,
  PRIMARY KEY (batch, database, hook)
);

-- Written in the transaction that ends a run, or that sees a deadline pass.
CREATE TABLE querypool.notification (
  id uuid PRIMARY KEY,
  run text NOT NULL REFERENCES querypool.run ON DELETE CASCADE,
  generation int NOT NULL,
  -- Where its URL and its secret are.
  hook text NOT NULL,
  secret text NOT NULL,
  about text NOT NULL CHECK (about IN ('end', 'deadline')),
  event text NOT NULL,
  body text NOT NULL,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')),
  attempts int NOT NULL DEFAULT 0,
  -- When it is to be tried; while it is being tried, when that counts as lost.
  next_attempt_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- What was wrong with the last attempt; null: nothing, or there was none.
  error jsonb,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at timestamptz,
  UNIQUE (run, generation, hook, about)
);
CREATE INDEX notification_pending ON querypool.notification (next_attempt_at) WHERE state = 'pending';
ALTER TABLE querypool.notification ALTER COLUMN run SET STATISTICS 0;
`
