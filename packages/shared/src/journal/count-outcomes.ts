/**
 * A table expression with one row `c` of how many results the generation `r.generation` of the run `r` has of each kind. It
 * sums up a few rows, however many results there are.
 */
export const outcomeCounts = `LATERAL (
  SELECT coalesce(sum(x.succeeded), 0)::int AS succeeded, coalesce(sum(x.failed), 0)::int AS failed,
    coalesce(sum(x.cancelled), 0)::int AS cancelled, coalesce(sum(x.skipped), 0)::int AS skipped
  FROM querypool.outcome_count x WHERE x.run = r.id AND x.generation = r.generation) AS c`
