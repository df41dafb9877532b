import type { PoolClient } from 'pg'
import { chooseStarts, type SlotTimes, type WaitingSlot } from '../../schedule/index.ts'
import type { ScheduleRow } from './schedule-row.ts'
import { type RunMeans, readVersion, startSlot } from './start-slot.ts'

interface Waiting extends WaitingSlot, SlotTimes {}

/**
 * Writes the runs of the slots that begin now: of the schedule itself, and of its backfills.
 * @returns how many of the schedule itself could not be run, and have failed
 */
export async function startSlots(client: PoolClient, row: ScheduleRow, means: RunMeans, now: Date): Promise<number> {
  const own = await chooseOwn(client, row, now)
  const ofBackfills = await chooseOfBackfills(client, row.name)
  if (own.length + ofBackfills.length === 0) return 0
  const used = await readVersion(client, row.name, row.version)
  let failed = 0
  for (const slot of own) if (!(await startSlot(client, used, slot, means, now))) failed++
  for (const slot of ofBackfills) await startSlot(client, used, slot, means, now)
  return failed
}

async function chooseOwn(client: PoolClient, row: ScheduleRow, now: Date): Promise<readonly SlotTimes[]> {
  const { rows } = await client.query<Waiting & { isRunning: boolean }>(
    `SELECT at, interval_start AS "intervalStart", not_before AS "notBefore", origin = 'trigger' AS "isTriggered",
       state = 'running' AS "isRunning"
     FROM querypool.slot WHERE schedule = $1 AND state IN ('waiting', 'running') AND origin <> 'backfill' ORDER BY at`,
    [row.name],
  )
  const running = rows.filter(({ isRunning }) => isRunning).length
  return chooseStarts(
    rows.filter(({ isRunning }) => !isRunning),
    { overlap: row.definition.overlap, running, isPaused: row.pausedAt !== null, now },
  )
}

/** Of each backfill as many as its limit leaves room for, in its order. */
async function chooseOfBackfills(client: PoolClient, schedule: string): Promise<readonly SlotTimes[]> {
  const { rows } = await client.query<SlotTimes>(
    `SELECT s.at, s.interval_start AS "intervalStart" FROM (
       SELECT b.id, b.newest_first, b.max_parallel - count(*) FILTER (WHERE o.state = 'running') AS room
       FROM querypool.slot o JOIN querypool.backfill b ON b.id = o.backfill
       WHERE o.schedule = $1 AND o.state IN ('waiting', 'running') GROUP BY b.id) b
     CROSS JOIN LATERAL (
       SELECT w.at, w.interval_start FROM querypool.slot w
       WHERE w.schedule = $1 AND w.state = 'waiting' AND w.backfill = b.id
       ORDER BY CASE WHEN b.newest_first THEN w.at END DESC, w.at LIMIT greatest(b.room, 0)) s`,
    [schedule],
  )
  return rows
}
