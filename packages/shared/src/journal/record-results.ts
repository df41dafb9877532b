import { oneByOne } from './one-by-one.ts'
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
      FROM x JOIN querypool.run r ON r.id = x.run AND r.has_followers
      CROSS JOIN LATERAL (
        SELECT name, first_as FROM querypool.query WHERE run = x.run AND position = x.position ${oneByOne}) AS l
      CROSS JOIN LATERAL (
        SELECT position, job FROM querypool.query WHERE same_as = l.first_as ${oneByOne}) AS f
      WHERE f.job = 0
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
