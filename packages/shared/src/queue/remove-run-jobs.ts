import type { Queue } from 'bullmq'
import type { AttemptId } from '../result/index.ts'
import type { RunId } from './add-run.ts'
import { attemptJobId, collectJobId, dispatchJobId, finishJobId, privateQueueNames } from './names.ts'
import { openRunQueue, type QueueConnection, type RunQueue, removeRunQueue } from './run-queue.ts'

/** Removes what is left of jobs of queries, each with all attempts up to this one. Most often nothing is. */
export async function removeAttempts(queue: RunQueue, last: readonly AttemptId[]): Promise<void> {
  const all = last.flatMap((id) => Array.from({ length: id.attempt }, (_, index) => ({ ...id, attempt: index + 1 })))
  await removeJobs(queue, queue.results, all.map(collectJobId))
  await removeJobs(queue, queue.queries, all.map(attemptJobId))
}

/** Removes what is left of a run's own jobs, up to its latest generation and dispatch. */
export async function removeRunJobs(queue: RunQueue, { run, generation }: RunId, lastDispatch: number): Promise<void> {
  const dispatches = Array.from({ length: lastDispatch }, (_, index) => dispatchJobId(run, index + 1))
  const finishes = Array.from({ length: generation }, (_, index) => finishJobId(run, index + 1))
  await removeJobs(queue, queue.runs, [...dispatches, ...finishes])
}

/** Removes what an overseer that was killed has left of a private run. Most often nothing is. */
export async function removePrivateQueues(connection: QueueConnection, run: string): Promise<void> {
  const names = privateQueueNames(run)
  const keys = [names.runs, names.results, names.queries].map((name) => `${connection.prefix}:${name}:meta`)
  if ((await connection.redis.exists(...keys)) > 0) await removeRunQueue(openRunQueue(connection, names))
}

async function removeJobs({ prefix, redis }: RunQueue, queue: Queue, ids: readonly string[]): Promise<void> {
  const pipeline = redis.pipeline()
  for (const id of ids) pipeline.exists(`${prefix}:${queue.name}:${id}`)
  const replies = (await pipeline.exec()) ?? []
  for (const [index, [error, reply]] of replies.entries()) {
    if (error) throw error
    if (reply === 1) await queue.remove(ids[index] ?? '', { removeChildren: false })
  }
}
