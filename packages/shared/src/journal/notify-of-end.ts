import type { PoolClient } from 'pg'
import { judgeEnd, type Outcome } from '../notify/index.ts'
import type { RunState } from '../run/index.ts'
import { deadlineOf, isLookedAt, judgeDeadline } from './notify-of-deadline.ts'
import { keepStanding, lockStanding } from './standings.ts'
import { insertNotification, readToldRun } from './told-run.ts'

const outcomes: Partial<Record<RunState, Outcome>> = { succeeded: 'success', partial: 'partial', failed: 'failure' }

/**
 * Writes who is to be told that a run has ended, and of deadlines that it has missed without anybody having looked. Part of
 * the transaction that ends it, so that nothing is lost or told twice. Of a cancelled run only the latter, and it arms
 * nothing again.
 */
export async function notifyOfEnd(client: PoolClient, run: string): Promise<void> {
  const told = await readToldRun(client, run)
  if (told === null || told.finishedAt === null) return
  const outcome = outcomes[told.state]
  for (const hook of told.hooks) {
    let standing = await judgeDeadline(client, told, hook, await lockStanding(client, told, hook), told.finishedAt)
    const deadlineAt = deadlineOf(told, hook)
    if (outcome !== undefined) {
      const judged = judgeEnd(hook.on, standing, outcome)
      const isKept = deadlineAt !== null && !isLookedAt(told, deadlineAt) && deadlineAt > told.finishedAt
      standing = { ...judged.standing, toldDeadline: standing.toldDeadline && !isKept }
      if (judged.event !== null) await insertNotification(client, told, hook, judged.event, null)
    }
    await keepStanding(client, told, hook, standing)
  }
  await client.query('UPDATE querypool.run SET next_deadline_at = NULL WHERE id = $1', [run])
}
