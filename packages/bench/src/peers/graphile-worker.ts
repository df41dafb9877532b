import { Logger, makeWorkerUtils } from 'graphile-worker'
import pg from 'pg'
import { type Contestant, statementOf } from './contestant.ts'
import { type GraphileQuery, graphileResults, graphileTask } from './graphile-query.ts'
import { startPeerWorkers } from './start-peer-workers.ts'

const jobsPerInsert = 5000

/** graphile-worker, jobs inserted, taken and completed by many; the rows are written into a table by the task. */
export const graphileWorker: Contestant = {
  name: 'graphile-worker',
  bar: 2,
  async open(setting, undo) {
    const pool = new pg.Pool({ connectionString: setting.databaseUrl, max: 1 })
    undo.push(() => pool.end())
    await pool.query(`create table if not exists ${graphileResults} (n int primary key, rows jsonb not null)`)
    const adder = await makeWorkerUtils({
      connectionString: setting.databaseUrl,
      logger: new Logger(() => () => {}),
    })
    undo.push(() => adder.release() as Promise<void>)
    await adder.migrate()
    undo.push(() => pool.query('truncate graphile_worker._private_jobs'))
    const workers = await startPeerWorkers('graphile-worker-main.js', setting, undo)
    return async (count) => {
      await pool.query(`truncate ${graphileResults}`)
      const beganMs = performance.now()
      const done = workers.untilDone(count)
      for (let first = 0; first < count; first += jobsPerInsert)
        await adder.addJobs(
          Array.from({ length: Math.min(jobsPerInsert, count - first) }, (_, index) => {
            const n = first + index
            return { identifier: graphileTask, payload: { n, sql: statementOf(n) } satisfies GraphileQuery }
          }),
        )
      await done
      const wallMs = performance.now() - beganMs
      return { wallMs, values: () => readValues(pool) }
    }
  },
}

async function readValues(pool: pg.Pool): Promise<unknown[]> {
  const { rows } = await pool.query(`select (rows->0->>'n')::int as n from ${graphileResults} order by n`)
  return rows.map(({ n }) => n)
}
