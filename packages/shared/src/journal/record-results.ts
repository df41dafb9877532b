import { sharedColumns, sharedValues } from './shared-from.ts'

/**
 * Makes of an INSERT into `querypool.result` a statement that gives each query that waits for one of these the same result,
 * and puts all of them into the outbox, if the run publishes: no result can be there without those of its followers and
 * without its publication.
 * @param before common table expressions that the INSERT uses, each with a comma behind it
 */
export function recordResults(insert: string, before = ''): string {
  return `WITH ${before} x AS (${insert} RETURNING *),
    followers AS (
      INSERT INTO querypool.result (${sharedColumns})
      SELECT ${sharedValues({ run: 'x.run', generation: 'x.generation', position: 'f.position' })}
      FROM x CROSS JOIN LATERAL (
        SELECT position FROM querypool.query WHERE run = x.run AND same_as = x.position AND job = 0 OFFSET 0) AS f
      JOIN querypool.query l ON l.run = x.run AND l.position = x.position
      ORDER BY f.position ON CONFLICT DO NOTHING RETURNING run, generation, position
    ),
    settled AS (SELECT run, generation, position FROM x UNION ALL SELECT run, generation, position FROM followers)
    ${publication}`
}

/** The same where no query waits for another one's result, or all of them are among those inserted. */
export function recordOnly(insert: string): string {
  return `WITH settled AS (${insert} RETURNING run, generation, position) ${publication}`
}

// Those of a shared snapshot are published as their generation ends, by publishAtEnd.
const publication = `INSERT INTO querypool.publication (run, generation, position, queue)
    SELECT s.run, s.generation, s.position, r.publish FROM settled s JOIN querypool.run r ON r.id = s.run
    WHERE r.publish IS NOT NULL AND NOT r.shared_snapshot ON CONFLICT DO NOTHING`
