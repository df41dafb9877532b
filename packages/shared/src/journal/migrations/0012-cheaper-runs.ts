/**
 * What large runs cost the journal.
 *
 * Nothing is kept of which runs are how large. Of a run that has just come statistics would say that it has no rows, and a
 * join of its queries with their results would read all of them for each. Without them PostgreSQL takes it that every run has
 * one of 200 parts of a table: https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-STATISTICS
 */
export const cheaperRuns = `
ALTER TABLE querypool.query ALTER COLUMN run SET STATISTICS 0;
ALTER TABLE querypool.job ALTER COLUMN run SET STATISTICS 0;
ALTER TABLE querypool.result ALTER COLUMN run SET STATISTICS 0;
ALTER TABLE querypool.event ALTER COLUMN run SET STATISTICS 0;
ALTER TABLE querypool.publication ALTER COLUMN run SET STATISTICS 0;

-- Whether queries of the run may wait for the result of another one of it: then each result is asked for those.
ALTER TABLE querypool.run ADD COLUMN has_followers boolean NOT NULL DEFAULT true;
`
