import type { PoolClient } from 'pg'
import { decideSlots } from '../../schedule/index.ts'
import { inTransaction } from '../in-transaction.ts'
import type { Journal } from '../journal.ts'
import { cancelPrevious } from './cancel-previous.ts'
import { insertSlots } from './insert-slots.ts'
import { lockSchedule, type ScheduleRow } from './schedule-row.ts'
import { serverTime } from './server-time.ts'
import { reopenSlots, settleSlots } from './settle-slots.ts'
import type { RunMeans } from './start-slot.ts'
import { startSlots } from './start-slots.ts'

/** How many slots of a schedule are decided by one transaction. */
const slotsAtOnce = 1000

/**
 * Looks after all schedules: notes how runs of slots have ended, decides the slots whose time has come, and writes the runs
 * of those that begin. Any number of overseers may call it at once; one that finds a schedule locked leaves it to the other.
 *
 * @param now the time by which slots are due; that of the journal's server if not given, for overseers' clocks differ
 * @param onTrouble told of a schedule that could not be looked after; the others are
 * @returns whether there is more to do at once
 */
export async function tickSchedules(
  journal: Journal,
  means: RunMeans,
  onTrouble: (error: Error) => void,
  now?: Date,
): Promise<boolean> {
  await reopenSlots(journal)
  const at = now ?? (await serverTime(journal.pool))
  let isMore = false
  for (const name of await readNeedful(journal, at)) {
    try {
      if (await tickSchedule(journal, name, means, at)) isMore = true
    } catch (error) {
      onTrouble(error instanceof Error ? error : new Error(String(error)))
    }
  }
  return isMore
}

/** Schedules of which a slot is due or waits, or has a run that is over. */
async function readNeedful(journal: Journal, now: Date): Promise<string[]> {
  const { rows } = await journal.pool.query<{ name: string }>(
    `SELECT name FROM querypool.schedule s
     WHERE next_at <= $1 AND paused_at IS NULL AND removed_at IS NULL
       OR EXISTS (SELECT FROM querypool.slot o LEFT JOIN querypool.run r ON r.id = o.run
         WHERE o.schedule = s.name AND o.state IN ('waiting', 'running')
           AND (o.state = 'waiting' OR r.id IS NULL OR r.state NOT IN ('queued', 'running')))
     ORDER BY name`,
    [now],
  )
  return rows.map(({ name }) => name)
}

async function tickSchedule(journal: Journal, name: string, means: RunMeans, now: Date): Promise<boolean> {
  return inTransaction(journal.pool, async (client) => {
    const row = await lockSchedule(client, name, 'leave it')
    if (row === null) return false
    const settled = await pauseIfFailing(client, row, await settleSlots(client, row), now)
    const decided = await decideDue(client, settled, now)
    const failed = await startSlots(client, decided, means, now)
    await pauseIfFailing(client, decided, decided.failures + failed, now)
    return decided.nextAt !== null && decided.nextAt <= now && isActive(decided)
  })
}

/**
 * Decides the slots of a locked schedule whose time has come, up to a thousand; none while it is paused.
 * @returns the schedule as it is then
 */
export async function decideDue(client: PoolClient, row: ScheduleRow, now: Date): Promise<ScheduleRow> {
  return isActive(row) ? decideSome(client, row, now) : row
}

/** Decides every slot of a locked schedule whose time has come, also while it is paused. */
export async function decideAllDue(client: PoolClient, row: ScheduleRow, now: Date): Promise<void> {
  let left = row
  do left = await decideSome(client, left, now)
  while (left.nextAt !== null && left.nextAt <= now)
}

async function decideSome(client: PoolClient, row: ScheduleRow, now: Date): Promise<ScheduleRow> {
  if (row.nextAt === null || row.nextAt > now) return row
  const hasOpen = await hasOpenSlot(client, row.name)
  const { slots, decidedUntil, nextAt, cancelsPrevious } = decideSlots({ ...row, hasOpen }, now, slotsAtOnce)
  if (cancelsPrevious && hasOpen) await cancelPrevious(client, row.name)
  await insertSlots(client, row.name, slots)
  await client.query('UPDATE querypool.schedule SET decided_until = $2, next_at = $3 WHERE name = $1', [
    row.name,
    decidedUntil,
    nextAt,
  ])
  return { ...row, decidedUntil, nextAt }
}

function isActive({ pausedAt, removedAt }: ScheduleRow): boolean {
  return pausedAt === null && removedAt === null
}

async function hasOpenSlot(client: PoolClient, schedule: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `SELECT FROM querypool.slot WHERE schedule = $1 AND state IN ('waiting', 'running') AND origin <> 'backfill' LIMIT 1`,
    [schedule],
  )
  return rowCount !== 0
}

async function pauseIfFailing(client: PoolClient, row: ScheduleRow, failures: number, now: Date): Promise<ScheduleRow> {
  if (failures === row.failures) return row
  const { pauseAfterFailures } = row.definition
  const isTooMany = pauseAfterFailures !== null && failures >= pauseAfterFailures && failures > row.failures
  const pausedAt = row.pausedAt ?? (isTooMany ? now : null)
  const pausedBy = row.pausedAt === null && isTooMany ? `${failures} failures in turn` : row.pausedBy
  await client.query('UPDATE querypool.schedule SET failures = $2, paused_at = $3, paused_by = $4 WHERE name = $1', [
    row.name,
    failures,
    pausedAt,
    pausedBy,
  ])
  return { ...row, failures, pausedAt, pausedBy }
}
