import type { PoolClient } from 'pg'
import type { ScheduleDefinition } from '../../schedule/index.ts'

/** A schedule as its ledger has it, locked by the transaction that read it. */
export interface ScheduleRow {
  readonly name: string
  readonly file: string
  readonly version: number
  readonly definition: ScheduleDefinition
  readonly decidedUntil: Date
  readonly nextAt: Date | null
  readonly failures: number
  readonly pausedAt: Date | null
  readonly pausedBy: string | null
  readonly removedAt: Date | null
}

/** A definition as JSON has it. */
export type StoredDefinition = Omit<ScheduleDefinition, 'start' | 'end'> & { start: string | null; end: string | null }

const columns = `s.name, s.file, s.version, v.definition, s.decided_until AS "decidedUntil", s.next_at AS "nextAt",
  s.failures, s.paused_at AS "pausedAt", s.paused_by AS "pausedBy", s.removed_at AS "removedAt"`

/**
 * Reads a schedule and locks it, so that nobody else decides, starts or changes anything of it before this transaction ends.
 * @returns null: there is none of that name, or if it is not to be waited for, somebody else is at it
 */
export async function lockSchedule(
  client: PoolClient,
  name: string,
  ifLocked: 'wait' | 'leave it' = 'wait',
): Promise<ScheduleRow | null> {
  const { rows } = await client.query<Omit<ScheduleRow, 'definition'> & { definition: StoredDefinition }>(
    `SELECT ${columns} FROM querypool.schedule s
     JOIN querypool.schedule_version v ON v.schedule = s.name AND v.version = s.version
     WHERE s.name = $1 FOR UPDATE OF s ${ifLocked === 'wait' ? '' : 'SKIP LOCKED'}`,
    [name],
  )
  const found = rows[0]
  return found === undefined ? null : { ...found, definition: asDefinition(found.definition) }
}

/** A definition of which JSON has the instants as texts. */
export function asDefinition({ start, end, ...rest }: StoredDefinition): ScheduleDefinition {
  return { ...rest, start: start === null ? null : new Date(start), end: end === null ? null : new Date(end) }
}
