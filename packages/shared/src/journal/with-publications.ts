/**
 * Makes of an INSERT into `querypool.result` a statement that puts what it inserts into the outbox too, if the run
 * publishes: no result can be there without its publication. Those of a shared snapshot are published as their generation
 * ends, by publishAtEnd.
 * @param before common table expressions that the INSERT uses, each with a comma behind it
 */
export function withPublications(insert: string, before = ''): string {
  return `WITH ${before} settled AS (${insert} RETURNING run, generation, position)
    INSERT INTO querypool.publication (run, generation, position, queue)
    SELECT s.run, s.generation, s.position, r.publish FROM settled s JOIN querypool.run r ON r.id = s.run
    WHERE r.publish IS NOT NULL AND NOT r.shared_snapshot ON CONFLICT DO NOTHING`
}
