import pg from 'pg'
import PgBoss from 'pg-boss'
import { type Contestant, statementOf } from './contestant.ts'
import { type PgBossQuery, pgBossQueue } from './pg-boss-queue.ts'
import { startPeerWorkers } from './start-peer-workers.ts'

const jobsPerInsert = 5000

/** pg-boss, jobs inserted and fetched by many, each completed with its rows. */
export const pgBoss: Contestant = {
  name: 'pg-boss',
  bar: 2,
  async open(setting, undo) {
    const boss = new PgBoss({ connectionString: setting.databaseUrl, schedule: false })
    boss.on('error', (error) => process.stderr.write(`pg-boss: ${error.message}\n`))
    await boss.start()
    undo.push(() => boss.stop({ graceful: false }))
    const pool = new pg.Pool({ connectionString: setting.databaseUrl, max: 1 })
    undo.push(() => pool.end())
    await boss.createQueue(pgBossQueue)
    undo.push(async () => {
      await deleteJobs(pool)
      await boss.deleteQueue(pgBossQueue)
    })
    const workers = await startPeerWorkers('pg-boss-worker-main.js', setting, undo)
    return async (count) => {
      await deleteJobs(pool)
      const beganMs = performance.now()
      const done = workers.untilDone(count)
      for (let first = 0; first < count; first += jobsPerInsert)
        await boss.insert(
          Array.from({ length: Math.min(jobsPerInsert, count - first) }, (_, index) => {
            const n = first + index
            return { name: pgBossQueue, data: { n, sql: statementOf(n) } satisfies PgBossQuery }
          }),
        )
      await done
      const wallMs = performance.now() - beganMs
      return { wallMs, values: () => readValues(pool) }
    }
  },
}

/** The finished ones, too, which the methods of pg-boss keep. */
async function deleteJobs(pool: pg.Pool): Promise<void> {
  await pool.query('delete from pgboss.job where name = $1', [pgBossQueue])
}

async function readValues(pool: pg.Pool): Promise<unknown[]> {
  const { rows } = await pool.query(
    `select (output->'rows'->0->>'n')::int as n from pgboss.job
     where name = $1 and state = 'completed' order by (data->>'n')::int`,
    [pgBossQueue],
  )
  return rows.map(({ n }) => n)
}
