import { QueryPoolError } from '../errors/index.ts'
import type { RunState } from '../run/index.ts'
import type { Journal } from './journal.ts'

/** The least of a run that has to be known to wait for it; cheap to read however many queries it has. */
export interface RunPulse {
  readonly run: string
  readonly state: RunState
  readonly private: boolean
  readonly storeId: string
  readonly cancelRequested: boolean
}

/**
 * Whether a run is over, by its id.
 * @throws QP_RUN_NOT_FOUND
 */
export async function readPulse(journal: Journal, run: string): Promise<RunPulse> {
  const { rows } = await journal.pool.query<RunPulse>(
    `SELECT id AS run, state, private, store_id AS "storeId", cancel_requested_at IS NOT NULL AS "cancelRequested"
     FROM querypool.run WHERE id = $1`,
    [run],
  )
  if (rows[0]) return rows[0]
  throw new QueryPoolError('QP_RUN_NOT_FOUND', `There is no run "${run}".`)
}

/** The id of the run that has this key, or null. */
export async function findRunByKey(journal: Journal, key: string): Promise<string | null> {
  const { rows } = await journal.pool.query<{ id: string }>('SELECT id FROM querypool.run WHERE key = $1', [key])
  return rows[0]?.id ?? null
}
