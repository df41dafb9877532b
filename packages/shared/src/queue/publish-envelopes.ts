import { type JobsOptions, Queue } from 'bullmq'
import type { Publication } from '../journal/index.ts'
import type { QueueConnection } from './run-queue.ts'

/** The version of envelopes. */
const envelopeVersion = 1

/** What a job on a queue of the user's says of one result. */
export interface Envelope {
  readonly version: number
  readonly run: string
  readonly batch: string
  readonly generation: number
  readonly query: string
  readonly state: string
  /** Where the rows are: a key of the result store, and the offset of their first byte there. Null unless it succeeded. */
  readonly artifact: string | null
  readonly offset: number | null
  readonly rows: number | null
  readonly bytes: number | null
  readonly sha256: string | null
  /** The code of the error; null: none. */
  readonly error: string | null
}

// How often it is tried is the consumer's affair. What it has done with is kept for a while, so that an envelope which is
// sent twice in a row is one job, and Redis does not grow; what it failed with stays for it to look at.
const envelopeOptions: JobsOptions = { removeOnComplete: { age: 24 * 3600, count: 10_000 } }

/**
 * Adds an envelope of each result to a queue of the user's, under BullMQ's own prefix. One that is there already, which
 * its id says, is left alone.
 * @throws Error when Redis did not take all of them
 */
export async function publishEnvelopes(
  connection: QueueConnection,
  name: string,
  publications: readonly Publication[],
): Promise<void> {
  const ids = publications.map(({ run, generation, position }) => `${run}-${generation}-${position}`)
  const jobs = publications.map((publication, index) => ({
    name: 'result',
    data: envelopeOf(publication),
    opts: { ...envelopeOptions, jobId: ids[index] as string },
  }))
  const added = await withQueue(connection, name, (queue) => queue.addBulk(jobs))
  // Instead of its id, one that was refused has a negative number.
  if (added.some((job, index) => job.id !== ids[index])) throw new Error('Redis did not take all envelopes of a chunk')
}

/** How many jobs of a queue of the user's nobody has taken yet. */
export async function countUntaken(connection: QueueConnection, name: string): Promise<number> {
  return withQueue(connection, name, (queue) => queue.count())
}

function envelopeOf({ errorCode, position: _, ...said }: Publication): Envelope {
  return { version: envelopeVersion, ...said, error: errorCode }
}

async function withQueue<T>(connection: QueueConnection, name: string, work: (queue: Queue) => Promise<T>): Promise<T> {
  // The queue's own settings are the user's and stay as they are.
  const queue = new Queue(name, { connection: connection.redis, skipMetasUpdate: true })
  queue.on('error', () => {})
  try {
    return await work(queue)
  } finally {
    await queue.close()
  }
}
