import { randomUUID } from 'node:crypto'
import { FlowProducer, Queue, Worker } from 'bullmq'
import { type BullmqQuery, bullmqConnection, bullmqQueues } from './bullmq-queues.ts'
import { type Contestant, statementOf } from './contestant.ts'
import { startPeerWorkers } from './start-peer-workers.ts'

/** BullMQ advises against larger transactions and pipelines: Redis serves nobody else meanwhile. */
const jobsPerChunk = 1000

/**
 * What a user would write with BullMQ: a flow whose children are the queries, their rows in the return values, which the
 * parent collects when all children are done.
 */
export const bullmqFlow: Contestant = {
  name: 'BullMQ flow',
  bar: 3,
  async open(setting, undo) {
    const connection = bullmqConnection(setting.redisUrl)
    const flows = new FlowProducer({ connection })
    undo.push(() => flows.close())
    const [queries, runs, submissions] = Object.values(bullmqQueues).map((name) => new Queue(name, { connection }))
    if (!queries || !runs || !submissions) throw new Error('unreachable: there are three names')
    for (const queue of [queries, submissions, runs])
      undo.push(async () => {
        await queue.obliterate({ force: true })
        await queue.close()
      })
    const workers = await startPeerWorkers('bullmq-worker-main.js', setting, undo)
    return async (count) => {
      const run = `run-${randomUUID()}`
      let collected: Record<string, { n: number }[]> = {}
      const beganMs = performance.now()
      const collector = new Worker(
        runs.name,
        async (job) => {
          collected = await job.getChildrenValues()
        },
        { connection },
      )
      undo.push(() => collector.close())
      const completed = new Promise((resolve) => collector.once('completed', resolve))
      // Children are added in chunks; one more child keeps the parent waiting until all are there.
      const guard = { name: 'submission', queueName: submissions.name, opts: { jobId: `${run}-guard` } }
      await flows.add({ name: 'run', queueName: runs.name, opts: { jobId: run }, children: [guard] })
      const parent = { id: run, queue: runs.qualifiedName }
      for (let first = 0; first < count; first += jobsPerChunk)
        await queries.addBulk(
          Array.from({ length: Math.min(jobsPerChunk, count - first) }, (_, index) => ({
            name: 'query',
            data: { sql: statementOf(first + index) } satisfies BullmqQuery,
            opts: { jobId: `${run}-${first + index}`, parent },
          })),
        )
      const submission = new Worker(submissions.name, async () => {}, { connection })
      undo.push(() => submission.close())
      await Promise.race([completed, workers.lost])
      const wallMs = performance.now() - beganMs
      // The next run's submission is not to be said to be over before it is.
      await Promise.all([collector.close(), submission.close()])
      const key = (n: number): string => `${queries.qualifiedName}:${run}-${n}`
      return { wallMs, values: async () => Array.from({ length: count }, (_, n) => collected[key(n)]?.[0]?.n) }
    }
  },
}
