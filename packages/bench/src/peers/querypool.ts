import type { Run } from '@querypool/client'
import type { Candidate } from '../candidate.ts'
import { openInstallation } from '../installation/installation.ts'
import { type Contestant, queriesAtOnce, statementOf, workerProcesses } from './contestant.ts'

/** QueryPool itself, as it is installed: an overseer and two workers; submitted and awaited by the client. */
export function queryPool(name: string, candidate: Candidate): Contestant {
  return {
    name,
    bar: null,
    async open(setting, undo) {
      const workers = new Array<number>(workerProcesses).fill(queriesAtOnce)
      const { pool, database } = await openInstallation(setting, candidate, workers, undo)
      return async (count) => {
        const queries = Array.from({ length: count }, (_, n) => statementOf(n))
        const beganMs = performance.now()
        const run = await pool.submit(queries, { database, batch: 'tiny' })
        // Interrupted, the pool is being closed by now, and must not be asked for anything more.
        setting.signal.throwIfAborted()
        await run.completion({ signal: setting.signal })
        const wallMs = performance.now() - beganMs
        return { wallMs, values: () => readValues(run, count) }
      }
    },
  }
}

async function readValues(run: Run, count: number): Promise<unknown[]> {
  const values = new Array<unknown>(count)
  for await (const result of run.results()) for await (const { n } of result.rows()) values[result.position] = n
  return values
}
