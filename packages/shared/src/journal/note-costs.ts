import type { Argument, ParameterSlot } from '../batch/index.ts'
import type { Journal } from './journal.ts'

/** A query of unknown duration that waits. */
export interface UnknownQuery {
  readonly position: number
  readonly sql: string
  readonly slots: readonly ParameterSlot[]
  readonly arguments: readonly Argument[]
}

/**
 * The queries of a run whose duration is unknown, before anything of it is claimed. None where their order does not matter,
 * since all of them can begin at once, or when there are more than `most`.
 */
export async function readUnknown(
  journal: Journal,
  run: string,
  generation: number,
  most: number,
): Promise<UnknownQuery[]> {
  const { rows } = await journal.pool.query<UnknownQuery>(
    `SELECT q.position, q.sql, q.slots, q.arguments FROM querypool.run r CROSS JOIN LATERAL (
       SELECT * FROM querypool.query WHERE run = r.id AND job IS NULL AND expected_ms + rest_ms IS NULL
       UNION ALL SELECT * FROM querypool.query WHERE run = r.id AND job = -2 AND expected_ms IS NULL) AS q
     WHERE r.id = $1 AND r.generation = $2 AND r.state = 'queued' AND NOT (r.private AND r.query_count <= r.slots)
     ORDER BY q.position LIMIT $3 + 1`,
    [run, generation, most],
  )
  return rows.length > most ? [] : rows
}

/** Notes the magnitudes of queries' costs, by their positions. */
export async function noteCosts(
  journal: Journal,
  run: string,
  costMagnitudes: ReadonlyMap<number, number>,
): Promise<void> {
  await journal.pool.query(
    `UPDATE querypool.query q SET cost_magnitude = c.magnitude
     FROM unnest($2::int[], $3::smallint[]) AS c(position, magnitude) WHERE q.run = $1 AND q.position = c.position`,
    [run, [...costMagnitudes.keys()], [...costMagnitudes.values()]],
  )
}
