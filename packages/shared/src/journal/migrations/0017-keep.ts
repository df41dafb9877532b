/** How long the runs of a batch are kept. */
export const keep = `
-- After their end, in ms; null: as the overseers are configured.
ALTER TABLE querypool.run ADD COLUMN keep_ms double precision CHECK (keep_ms > 0);
`
