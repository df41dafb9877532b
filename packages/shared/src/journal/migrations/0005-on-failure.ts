/** What becomes of a run when a query of it fails, and cancels that nobody could confirm. */
export const onFailure = `
ALTER TABLE querypool.run ADD COLUMN on_failure text NOT NULL DEFAULT 'continue'
  CHECK (on_failure IN ('continue', 'stop'));
-- When the failure of a query has stopped the rest, and the name of that query.
ALTER TABLE querypool.run ADD COLUMN stopped_at timestamptz;
ALTER TABLE querypool.run ADD COLUMN stopped_by text;

-- The run was ended although something of it may still run in its database; null: not so, or it has been seen since that
-- nothing does.
ALTER TABLE querypool.run ADD COLUMN cancel_unconfirmed_at timestamptz;
CREATE INDEX run_unconfirmed ON querypool.run (id) WHERE cancel_unconfirmed_at IS NOT NULL;
`
