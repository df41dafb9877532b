import { checkReachable, describeServer, openTargetPool } from '@querypool/shared/database'
import { type Check, failedCheck } from './check.ts'

/** Checks a target database: that it answers, its version, and that its role is no superuser. */
export async function checkTarget(url: string): Promise<Check[]> {
  try {
    const { versionNumber } = await checkReachable({ url })
    const version = `${Math.floor(versionNumber / 10_000)}.${versionNumber % 10_000}`
    const reached: Check = {
      name: 'Database',
      verdict: 'ok',
      message: `PostgreSQL ${version} at ${describeServer(url)}`,
    }
    return [reached, await checkRole(url)]
  } catch (thrown) {
    return [failedCheck('Database', thrown)]
  }
}

async function checkRole(url: string): Promise<Check> {
  const name = 'Database role'
  const pool = openTargetPool({ url }, 1)
  try {
    const { rows } = await pool.query<{ role: string; superuser: string }>(
      "SELECT current_user AS role, current_setting('is_superuser') AS superuser",
    )
    const { role = '?', superuser = 'off' } = rows[0] ?? {}
    if (superuser !== 'on') return { name, verdict: 'ok', message: role }
    const remedy = 'Use a role that may only read what the batches need, such as a member of pg_read_all_data.'
    return { name, verdict: 'warn', message: `${role} is a superuser`, remedy }
  } finally {
    await pool.end()
  }
}
