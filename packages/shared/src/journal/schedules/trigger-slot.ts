import type { PoolClient } from 'pg'
import { QueryPoolError } from '../../errors/index.ts'
import { isTime, nextTime, previousTime, slotAt } from '../../schedule/index.ts'
import { inTransaction } from '../in-transaction.ts'
import type { Journal } from '../journal.ts'
import { needSchedule } from './need-schedule.ts'
import type { ScheduleRow } from './schedule-row.ts'
import { serverTime } from './server-time.ts'
import type { RunMeans } from './start-slot.ts'
import { startSlots } from './start-slots.ts'
import { decideDue } from './tick-schedules.ts'

/** A slot that was asked for. */
export interface TriggeredSlot {
  readonly at: Date
  /** Null: it waits for a run of another slot to be over. */
  readonly run: string | null
}

/**
 * Has a slot of a schedule run, once more if it has run already: the last one whose time has come, or a given one. It
 * begins at once, or where runs may not overlap after what runs; a pause does not hold it.
 *
 * @param given the time of the slot; null: the last one
 * @throws QP_SCHEDULE_UNKNOWN, QP_SLOT_UNKNOWN, QP_SLOT_OPEN
 */
export async function triggerSlot(
  journal: Journal,
  name: string,
  given: Date | null,
  means: RunMeans,
  at?: Date,
): Promise<TriggeredSlot> {
  return inTransaction(journal.pool, async (client) => {
    const locked = await needSchedule(client, name)
    const now = at ?? (await serverTime(client))
    const row = await decideDue(client, locked, now)
    const slot = slotAt(row.definition, findTime(row, given, now))
    await putUp(client, row.name, slot, now)
    await startSlots(client, row, means, now)
    const { rows } = await client.query<{ run: string | null }>(
      `SELECT CASE WHEN state = 'running' THEN run END AS run FROM querypool.slot WHERE schedule = $1 AND at = $2`,
      [name, slot.at],
    )
    return { at: slot.at, run: rows[0]?.run ?? null }
  })
}

function findTime({ name, definition }: ScheduleRow, given: Date | null, now: Date): Date {
  const last = previousTime(definition, new Date(now.getTime() + 1))
  const wanted = given ?? last
  if (wanted === null) throw new QueryPoolError('QP_SLOT_UNKNOWN', `No slot of ${name} has come due yet.`)
  if (!isTime(definition, wanted)) {
    const beside = [previousTime(definition, wanted), nextTime(definition, wanted)].flatMap(
      (time) => time?.toISOString() ?? [],
    )
    throw new QueryPoolError(
      'QP_SLOT_UNKNOWN',
      `${name} has no slot at ${wanted.toISOString()}. Those beside it: ${beside.join(', ')}.`,
    )
  }
  if (wanted > now)
    throw new QueryPoolError(
      'QP_SLOT_UNKNOWN',
      `The slot ${wanted.toISOString()} of ${name} has not come yet: its interval is not over.`,
    )
  return wanted
}

async function putUp(
  client: PoolClient,
  schedule: string,
  slot: { at: Date; intervalStart: Date },
  now: Date,
): Promise<void> {
  const { rowCount } = await client.query(
    `INSERT INTO querypool.slot AS s (schedule, at, interval_start, state, origin, not_before)
     VALUES ($1, $2, $3, 'waiting', 'trigger', $4)
     ON CONFLICT (schedule, at) DO UPDATE SET state_before = s.state, state = 'waiting', origin = 'trigger',
       backfill = NULL, not_before = $4 WHERE s.state NOT IN ('waiting', 'running')`,
    [schedule, slot.at, slot.intervalStart, now],
  )
  if (rowCount !== 0) return
  const { rows } = await client.query<{ state: string; run: string | null }>(
    'SELECT state, run FROM querypool.slot WHERE schedule = $1 AND at = $2',
    [schedule, slot.at],
  )
  const { state, run } = rows[0] ?? {}
  throw new QueryPoolError(
    'QP_SLOT_OPEN',
    state === 'running'
      ? `The slot ${slot.at.toISOString()} of ${schedule} is being run: ${run}.`
      : `The slot ${slot.at.toISOString()} of ${schedule} already waits for its run.`,
  )
}
