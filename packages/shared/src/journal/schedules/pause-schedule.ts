import { QueryPoolError } from '../../errors/index.ts'
import { didYouMean } from '../../suggestion/index.ts'
import type { Journal } from '../journal.ts'

/**
 * Pauses a schedule: no slot of it is decided or begins; what runs goes on.
 * @param by who does that, for the record
 * @returns whether it was not paused before
 * @throws QP_SCHEDULE_UNKNOWN
 */
export async function pauseSchedule(journal: Journal, name: string, by: string): Promise<boolean> {
  return change(
    journal,
    name,
    `UPDATE querypool.schedule SET paused_at = clock_timestamp(), paused_by = $2
     WHERE name = $1 AND paused_at IS NULL AND removed_at IS NULL`,
    [by],
  )
}

/**
 * Lets a paused schedule go on. What came due meanwhile was missed: the schedule says what becomes of it.
 * @returns whether it was paused
 * @throws QP_SCHEDULE_UNKNOWN
 */
export async function resumeSchedule(journal: Journal, name: string): Promise<boolean> {
  return change(
    journal,
    name,
    `UPDATE querypool.schedule SET paused_at = NULL, paused_by = NULL, failures = 0
     WHERE name = $1 AND paused_at IS NOT NULL AND removed_at IS NULL`,
    [],
  )
}

async function change(journal: Journal, name: string, statement: string, values: string[]): Promise<boolean> {
  const { rowCount } = await journal.pool.query(statement, [name, ...values])
  if (rowCount !== 0) return true
  const { rows } = await journal.pool.query<{ name: string }>(
    'SELECT name FROM querypool.schedule WHERE removed_at IS NULL',
  )
  if (rows.some((known) => known.name === name)) return false
  throw unknownSchedule(
    name,
    rows.map((known) => known.name),
  )
}

/** @param known the names that there are */
export function unknownSchedule(name: string, known: readonly string[]): QueryPoolError {
  return new QueryPoolError('QP_SCHEDULE_UNKNOWN', `There is no schedule ${name}.${didYouMean(name, known)}`)
}
