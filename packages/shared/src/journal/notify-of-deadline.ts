import type { PoolClient } from 'pg'
import type { Hook } from '../notify/index.ts'
import { inTransaction } from './in-transaction.ts'
import type { Journal } from './journal.ts'
import { type HookStanding, keepStanding, lockStanding } from './standings.ts'
import { insertNotification, readToldRun, type ToldRun } from './told-run.ts'

/**
 * Writes who is to be told that a run has not ended by a deadline, for one such run. Any number of overseers may do so at
 * once: a run is looked at by one of them, once for each of its deadlines.
 * @param only the one run to look at; null: any
 * @returns whether there was one; then there may be more
 */
export async function notifyOfDeadline(journal: Journal, only: string | null): Promise<boolean> {
  return inTransaction(journal.pool, async (client) => {
    const { rows } = await client.query<{ id: string; now: Date }>(
      `SELECT id, clock_timestamp() AS now FROM querypool.run
       WHERE next_deadline_at <= clock_timestamp() AND state IN ('queued', 'running') AND ($1::text IS NULL OR id = $1)
       ORDER BY next_deadline_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
      [only],
    )
    const due = rows[0]
    const told = due && (await readToldRun(client, due.id))
    if (due && told) await lookAt(client, told, due.now)
    return due !== undefined
  })
}

async function lookAt(client: PoolClient, told: ToldRun, now: Date): Promise<void> {
  const left: number[] = []
  for (const hook of told.hooks) {
    const deadlineAt = deadlineOf(told, hook)
    if (deadlineAt === null || isLookedAt(told, deadlineAt)) continue
    if (deadlineAt > now) left.push(deadlineAt.getTime())
    else {
      const standing = await judgeDeadline(client, told, hook, await lockStanding(client, told, hook), now)
      await keepStanding(client, told, hook, standing)
    }
  }
  await client.query('UPDATE querypool.run SET next_deadline_at = $2 WHERE id = $1', [
    told.run,
    left.length === 0 ? null : new Date(Math.min(...left)),
  ])
}

/** When a run has to be over as far as a hook is concerned; null: whenever. */
export function deadlineOf({ deadlineFrom }: ToldRun, { deadlineMs }: Hook): Date | null {
  return deadlineMs === null ? null : new Date(deadlineFrom.getTime() + deadlineMs)
}

/** Whether it was seen before that a run has missed a deadline; also of one that is retried, since a retry has none. */
export function isLookedAt({ nextDeadlineAt }: ToldRun, deadlineAt: Date): boolean {
  return nextDeadlineAt === null || deadlineAt < nextDeadlineAt
}

/** Writes that a run has missed the deadline of a hook, if it has and the hook was not told of one since it was armed. */
export async function judgeDeadline(
  client: PoolClient,
  told: ToldRun,
  hook: Hook,
  standing: HookStanding,
  now: Date,
): Promise<HookStanding> {
  const deadlineAt = deadlineOf(told, hook)
  if (deadlineAt === null || isLookedAt(told, deadlineAt) || deadlineAt > now || standing.toldDeadline) return standing
  await insertNotification(client, told, hook, 'missed-deadline', deadlineAt)
  return { ...standing, toldDeadline: true }
}
