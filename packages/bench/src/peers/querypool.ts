import type { Candidate } from '../candidate.ts'
import { openInstallation } from '../installation/installation.ts'
import { type Contestant, queriesAtOnce, statementOf, workerProcesses } from './contestant.ts'

/** QueryPool itself, as it is installed: an overseer and two workers; submitted and awaited by the client. */
export function queryPool(name: string, candidate: Candidate): Contestant {
  return {
    name,
    bar: null,
    async open(setting) {
      const workers = new Array<number>(workerProcesses).fill(queriesAtOnce)
      const { pool, database, close } = await openInstallation(setting, candidate, workers)
      return {
        close,
        run: async (count) => {
          const queries = Array.from({ length: count }, (_, n) => statementOf(n))
          const beganMs = performance.now()
          const run = await pool.submit(queries, { database, batch: 'tiny' })
          await run.completion()
          const wallMs = performance.now() - beganMs
          return {
            wallMs,
            values: async () => {
              const values: unknown[] = []
              for await (const result of run.results())
                for await (const { n } of result.rows()) values[result.position] = n
              return values
            },
          }
        },
      }
    },
  }
}
