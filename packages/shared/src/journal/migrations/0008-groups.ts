/** Queries that a job carried together with others, and that were taken out of it again. */
export const groups = `
ALTER TABLE querypool.query
  -- How many attempts of earlier jobs had begun with it, in this generation.
  ADD COLUMN prior_attempts int NOT NULL DEFAULT 0,
  -- How many workers were lost in such attempts. One that may have been the cause is not put together with others again.
  ADD COLUMN lost_workers int NOT NULL DEFAULT 0;
`
