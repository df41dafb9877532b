import type { ClientBase } from 'pg'
import type { ErrorCode } from '../errors/index.ts'
import type { Journal } from './journal.ts'

/** Something that happened to a run and that a person should see: a repair, a lost worker, a retry. */
export interface RunEvent {
  readonly at: Date
  readonly code: string
  readonly message: string
}

/**
 * Records an event of a run.
 * @param journal its pool may be a client, to do it within a transaction
 */
export async function recordEvent(
  journal: { readonly pool: Pick<ClientBase, 'query'> },
  run: string,
  code: string,
  message: string,
): Promise<void> {
  await journal.pool.query('INSERT INTO querypool.event (run, code, message) VALUES ($1, $2, $3)', [run, code, message])
}

/** Records an event of a run unless it has one of that code within the last ten minutes. */
export async function recordEventSeldom(journal: Journal, run: string, code: string, message: string): Promise<void> {
  await journal.pool.query(
    `INSERT INTO querypool.event (run, code, message) SELECT $1, $2, $3 WHERE NOT EXISTS (
       SELECT FROM querypool.event WHERE run = $1 AND code = $2 AND at > clock_timestamp() - interval '10 minutes')`,
    [run, code, message],
  )
}

/** Records an event of a run unless it has one of that code; returns whether it was recorded. */
export async function recordEventOnce(
  journal: Journal,
  run: string,
  code: ErrorCode,
  message: string,
): Promise<boolean> {
  const { rowCount } = await journal.pool.query(
    `INSERT INTO querypool.event (run, code, message) SELECT $1, $2, $3
     WHERE NOT EXISTS (SELECT FROM querypool.event WHERE run = $1 AND code = $2)`,
    [run, code, message],
  )
  return rowCount !== 0
}

/**
 * The latest events of a run, oldest first.
 * @param since only those from then on; all when absent
 */
export async function readEvents(journal: Journal, run: string, most: number, since?: Date): Promise<RunEvent[]> {
  const { rows } = await journal.pool.query<RunEvent>(
    `SELECT at, code, message FROM querypool.event WHERE run = $1 AND ($3::timestamptz IS NULL OR at >= $3)
     ORDER BY id DESC LIMIT $2`,
    [run, most, since ?? null],
  )
  return rows.reverse()
}
