import { Worker } from 'bullmq'
import pg from 'pg'
import { type BullmqQuery, bullmqConnection, bullmqQueues } from './bullmq-queues.ts'
import { receiveOrders, reportReady } from './worker-orders.ts'

// A worker process of the BullMQ flow: runs queries, and returns their rows.
const { databaseUrl, redisUrl, queriesAtOnce } = await receiveOrders()
const pool = new pg.Pool({ connectionString: databaseUrl, max: queriesAtOnce })
const worker = new Worker<BullmqQuery>(bullmqQueues.queries, async ({ data }) => (await pool.query(data.sql)).rows, {
  connection: bullmqConnection(redisUrl),
  concurrency: queriesAtOnce,
})
await worker.waitUntilReady()
reportReady()
