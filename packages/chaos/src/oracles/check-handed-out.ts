import { isQuiet } from './is-quiet.ts'
import { readOverseerLogs } from './read-overseer-logs.ts'
import type { Oracle } from './round-outcome.ts'

/**
 * Where Redis has lost nothing and no overseer was disturbed, a run is handed out once in each generation, although Redis
 * refuses what it is given now and then: who adds jobs sees to it that they are there before he says that he is done.
 * Without that, runs would still come to their end, by repairs, so nothing else shows it.
 */
export const checkHandedOut: Oracle = async (outcome) => {
  if (!isQuiet(outcome)) return []
  const { stage, submissions } = outcome
  const logged = await readOverseerLogs(outcome)
  const wrong: string[] = []
  for (const { batch } of submissions) {
    const { rows } = await stage.journal.query<{ id: string; generation: number; dispatches: number }>(
      'SELECT id, generation, last_dispatch AS dispatches FROM querypool.run WHERE key = $1',
      [batch.key],
    )
    for (const { id, generation, dispatches } of rows) {
      const keys = Array.from({ length: dispatches }, (_, index) => `${stage.prefix}:runs:${id}-dispatch-${index + 1}`)
      const there = keys.length === 0 ? 0 : await stage.redis.exists(...keys)
      if (there > generation) {
        const said = logged.filter((line) => line.includes(id)).join('\n  ')
        wrong.push(
          `${batch.key} (${id}) was handed out ${there} times in ${generation} generations, and nothing was lost. Overseers said of it:\n  ${said}`,
        )
      }
    }
  }
  return wrong
}
