import { setTimeout as wait } from 'node:timers/promises'
import pLimit from 'p-limit'
import pg from 'pg'
import PgBoss from 'pg-boss'
import { type PgBossQuery, pgBossQueue } from './pg-boss-queue.ts'
import { doneCounter, receiveOrders, reportReady } from './worker-orders.ts'

// A worker process of pg-boss: runs queries, and completes each job with its rows. `work` would look for jobs twice a
// second at most, and would complete jobs that it took together without a result, so that jobs are fetched here.
const jobsPerFetch = 500
const pollMs = 20

const { databaseUrl, queriesAtOnce } = await receiveOrders()
const pool = new pg.Pool({ connectionString: databaseUrl, max: queriesAtOnce })
const boss = new PgBoss({
  connectionString: databaseUrl,
  max: queriesAtOnce + 1,
  // One process of an installation is enough for these: the submitter.
  supervise: false,
  schedule: false,
  migrate: false,
})
boss.on('error', (error) => {
  throw error
})
await boss.start()
reportReady()

const limit = pLimit(queriesAtOnce)
const countDone = doneCounter()
const fetch = (): Promise<PgBoss.Job<PgBossQuery>[]> =>
  boss.fetch<PgBossQuery>(pgBossQueue, { batchSize: jobsPerFetch, priority: false })
for (let next = fetch(); ; ) {
  const jobs = await next
  if (jobs.length === 0) await wait(pollMs)
  // The next ones come while these run.
  next = fetch()
  await Promise.all(jobs.map((job) => limit(() => runJob(job))))
}

async function runJob({ id, data }: PgBoss.Job<PgBossQuery>): Promise<void> {
  const { rows } = await pool.query(data.sql)
  await boss.complete(pgBossQueue, id, { rows })
  countDone()
}
