import type { AttemptId } from '../result/index.ts'
import type { Journal } from './journal.ts'
import { oneByOne } from './one-by-one.ts'

/** A query that writes. */
export interface WriteLeft {
  readonly position: number
  readonly name: string
}

/**
 * The writes of a run's latest generation that a worker may have begun, by what the journal has of them.
 * @param state `unfinished`: they have no result yet
 */
export async function readWritesLeft(
  journal: Journal,
  { run, generation }: Pick<AttemptId, 'run' | 'generation'>,
  state: 'unfinished' | 'cancelled',
): Promise<WriteLeft[]> {
  const { rows } = await journal.pool.query<WriteLeft>(
    `SELECT q.position, q.name FROM querypool.query q
     LEFT JOIN LATERAL (SELECT * FROM querypool.result
       WHERE run = q.run AND position = q.position AND generation = $2 ${oneByOne}) AS x ON true
     WHERE q.run = $1 AND q.effect = 'write' AND q.job > 0 AND coalesce(x.state, 'unfinished') = $3 ORDER BY q.position`,
    [run, generation, state],
  )
  return rows
}
