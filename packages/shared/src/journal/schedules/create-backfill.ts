import type { PoolClient } from 'pg'
import { formatDuration } from '../../duration/index.ts'
import { QueryPoolError } from '../../errors/index.ts'
import { newRunId } from '../../run/index.ts'
import { type SlotTimes, slotsOfIntervals } from '../../schedule/index.ts'
import { inTransaction } from '../in-transaction.ts'
import type { Journal } from '../journal.ts'
import { needSchedule } from './need-schedule.ts'
import { serverTime } from './server-time.ts'
import { decideDue } from './tick-schedules.ts'

/** What is to be run once more, or at last. */
export interface WantedBackfill {
  readonly schedule: string
  /** The slots whose intervals begin from this instant on and before the other one. */
  readonly from: Date
  readonly to: Date
  /** Also those that have succeeded. */
  readonly again: boolean
  readonly newestFirst: boolean
  /** How many of its slots may run at once. */
  readonly maxParallel: number
}

/** A backfill that was made, or would be. */
export interface NewBackfill {
  /** Null: it has no slots, or it was not to be made. */
  readonly id: string | null
  /** The slots that it runs, the oldest first. */
  readonly slots: readonly Date[]
  /** How many slots of its time it leaves alone: because they have succeeded, or wait or run already. */
  readonly succeeded: number
  readonly open: number
}

/** More than that are many years of an hourly schedule. */
const mostSlots = 100_000

/**
 * Has the slots of a time run that have not succeeded, whether they were skipped, failed, or were never decided.
 *
 * @param by who does that, for the record
 * @param isTrial nothing is made; the answer says what would be
 * @throws QP_SCHEDULE_UNKNOWN, QP_BACKFILL_RANGE
 */
export async function createBackfill(
  journal: Journal,
  wanted: WantedBackfill,
  by: string,
  isTrial: boolean,
  given?: Date,
): Promise<NewBackfill> {
  return inTransaction(journal.pool, async (client) => {
    const locked = await needSchedule(client, wanted.schedule)
    const now = given ?? (await serverTime(client))
    const { definition } = isTrial ? locked : await decideDue(client, locked, now)
    const { from, to, again } = wanted
    const slots = takeAtMost(slotsOfIntervals(definition, from, to, now), wanted)
    const states = await readStates(client, wanted.schedule, slots)
    const stateOf = ({ at }: SlotTimes): string => states.get(at.getTime()) ?? 'undecided'
    const isOpen = (slot: SlotTimes): boolean => ['waiting', 'running'].includes(stateOf(slot))
    const isDone = (slot: SlotTimes): boolean => !again && stateOf(slot) === 'succeeded'
    const taken = slots.filter((slot) => !isOpen(slot) && !isDone(slot))
    const id = isTrial || taken.length === 0 ? null : newRunId(now).replace(/^r/, 'b')
    if (id !== null) await insertBackfill(client, id, wanted, taken, by, now)
    return {
      id,
      slots: taken.map(({ at }) => at),
      succeeded: slots.filter(isDone).length,
      open: slots.filter(isOpen).length,
    }
  })
}

function takeAtMost(slots: Iterable<SlotTimes>, { from, to }: WantedBackfill): SlotTimes[] {
  const taken: SlotTimes[] = []
  for (const slot of slots) {
    if (taken.length === mostSlots)
      throw new QueryPoolError(
        'QP_BACKFILL_RANGE',
        `There are more than ${mostSlots} slots in these ${formatDuration(to.getTime() - from.getTime())}.`,
      )
    taken.push(slot)
  }
  if (taken.length > 0) return taken
  throw new QueryPoolError(
    'QP_BACKFILL_RANGE',
    `No interval of ${from.toISOString()} to ${to.toISOString()} is over: there is no slot to be run.`,
  )
}

async function readStates(
  client: PoolClient,
  schedule: string,
  slots: readonly SlotTimes[],
): Promise<Map<number, string>> {
  const { rows } = await client.query<{ at: Date; state: string }>(
    'SELECT at, state FROM querypool.slot WHERE schedule = $1 AND at BETWEEN $2 AND $3',
    [schedule, slots[0]?.at, slots.at(-1)?.at],
  )
  return new Map(rows.map(({ at, state }) => [at.getTime(), state]))
}

async function insertBackfill(
  client: PoolClient,
  id: string,
  { schedule, from, to, newestFirst, maxParallel }: WantedBackfill,
  slots: readonly SlotTimes[],
  by: string,
  now: Date,
): Promise<void> {
  await client.query(
    `INSERT INTO querypool.backfill
       (id, schedule, from_at, to_at, newest_first, max_parallel, slots, created_at, created_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [id, schedule, from, to, newestFirst, maxParallel, slots.length, now, by],
  )
  await client.query(
    `INSERT INTO querypool.slot AS s (schedule, at, interval_start, state, origin, backfill, not_before)
     SELECT $1, at, interval_start, 'waiting', 'backfill', $4, $5
     FROM unnest($2::timestamptz[], $3::timestamptz[]) AS wanted(at, interval_start)
     ON CONFLICT (schedule, at) DO UPDATE SET state_before = s.state, state = 'waiting', origin = 'backfill', backfill = $4, not_before = $5`,
    [schedule, slots.map(({ at }) => at), slots.map(({ intervalStart }) => intervalStart), id, now],
  )
}
