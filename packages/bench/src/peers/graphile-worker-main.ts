import { Logger, run } from 'graphile-worker'
import pg from 'pg'
import { type GraphileQuery, graphileResults, graphileTask } from './graphile-query.ts'
import { doneCounter, receiveOrders, reportReady } from './worker-orders.ts'

// A worker process of graphile-worker: runs queries, and writes their rows into a table.
const { databaseUrl, queriesAtOnce } = await receiveOrders()
const pool = new pg.Pool({ connectionString: databaseUrl, max: queriesAtOnce })
const countDone = doneCounter()
await run({
  noHandleSignals: true,
  taskList: {
    [graphileTask]: async (payload) => {
      const { n, sql } = payload as GraphileQuery
      const { rows } = await pool.query(sql)
      await pool.query({
        name: 'write-result',
        text: `insert into ${graphileResults} (n, rows) values ($1, $2) on conflict (n) do nothing`,
        values: [n, JSON.stringify(rows)],
      })
      countDone()
    },
  },
  preset: {
    worker: {
      connectionString: databaseUrl,
      concurrentJobs: queriesAtOnce,
      maxPoolSize: queriesAtOnce + 1,
      // As its page on performance advises for many short jobs: taken and completed many at a time.
      localQueue: { size: 500 },
      completeJobBatchDelay: 50,
      failJobBatchDelay: 50,
      pollInterval: 100,
      // Its own would print each job.
      logger: new Logger(() => () => {}),
    },
  },
})
reportReady()
