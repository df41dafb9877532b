import { setTimeout as wait } from 'node:timers/promises'
import type { Stage } from '../stage/stage.ts'
import { role } from '../stage/target-schema.ts'

const aimMs = 6000
/** A commit of a write takes a tenth of a second here. */
const lookEveryMs = 15

/** Waits for a moment when a write is being committed. @returns whether one came */
export async function aimAtCommit({ target }: Stage): Promise<boolean> {
  const deadline = Date.now() + aimMs
  while (Date.now() < deadline) {
    const { rowCount } = await target.query(
      `SELECT FROM pg_stat_activity WHERE usename = $1 AND state = 'active' AND query = 'COMMIT'`,
      [role],
    )
    if (rowCount !== 0) return true
    await wait(lookEveryMs)
  }
  return false
}
