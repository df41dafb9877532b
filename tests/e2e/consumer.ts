import { randomBytes } from 'node:crypto'
import { connectRedis, type Envelope, type Redis } from '@querypool/shared/queue'
import { Queue, Worker } from 'bullmq'

/** A program of a user that takes envelopes from a queue of its own. */
export interface Consumer {
  readonly queue: string
  /** The ids of the jobs that it was given, in order, a job that came twice twice. */
  readonly ids: readonly string[]
  /** What came, by id. */
  readonly envelopes: ReadonlyMap<string, Envelope>
  /** The envelopes that nobody has taken yet. */
  countWaiting(): Promise<number>
  /** Begins to take envelopes. */
  start(): void
  /** Puts so many jobs of somebody else on the queue. */
  fill(count: number): Promise<void>
  /** Removes all jobs of the queue, as Redis does when it loses them. */
  forget(): Promise<void>
  /** Stops, and removes the queue. */
  close(): Promise<void>
}

/** Makes a queue of its own in a Redis, with a plain BullMQ worker that is not started yet. */
export function createConsumer(redisUrl: string): Consumer {
  const name = `consumer-${randomBytes(6).toString('hex')}`
  const connection: Redis = connectRedis(redisUrl)
  const queue = new Queue(name, { connection })
  const ids: string[] = []
  const envelopes = new Map<string, Envelope>()
  let worker: Worker | undefined
  return {
    queue: name,
    ids,
    envelopes,
    countWaiting: () => queue.count(),
    start: () => {
      worker = new Worker(
        name,
        async ({ id, data }) => {
          ids.push(id ?? '')
          envelopes.set(id ?? '', data as Envelope)
        },
        { connection },
      )
      worker.on('error', () => {})
    },
    fill: async (count) => {
      await queue.addBulk(Array.from({ length: count }, () => ({ name: 'other', data: {} })))
    },
    // In one step: what is sent while a queue is emptied bit by bit would go with it.
    forget: async () => {
      await connection.unlink(await connection.keys(queue.toKey('*')))
    },
    close: async () => {
      await worker?.close()
      await queue.obliterate({ force: true })
      await queue.close()
      connection.disconnect()
    },
  }
}
