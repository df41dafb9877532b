import type { Stage } from '../stage/stage.ts'

/** How often each event was recorded for a run, a line each: what was tried again, lost, repaired and recalled. */
export async function countEvents({ journal }: Stage): Promise<string[]> {
  const { rows } = await journal.query<{ code: string; count: number }>(
    'SELECT code, count(*)::int AS count FROM querypool.event GROUP BY code ORDER BY code',
  )
  return rows.map(({ code, count }) => `  ${code.padEnd(40)} ${String(count).padStart(5)}`)
}
