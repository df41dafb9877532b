import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RoundOutcome } from './round-outcome.ts'

/** What the overseers have logged since a round began, line by line. */
export async function readOverseerLogs({
  stage,
  startedAt,
}: Pick<RoundOutcome, 'stage' | 'startedAt'>): Promise<string[]> {
  const logs = await Promise.all(
    ['overseer-1.log', 'overseer-2.log'].map((name) => readFile(join(stage.folder, 'logs', name), 'utf8')),
  )
  return logs
    .flatMap((log) => log.split('\n'))
    .filter((line) => {
      const at = /"time":"?([^",]+)/.exec(line)?.[1]
      return at !== undefined && new Date(Number(at) || at) >= startedAt
    })
}
