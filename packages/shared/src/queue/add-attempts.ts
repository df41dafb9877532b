import type { OpenJob } from '../journal/index.ts'
import { attemptKey, type ResultStore } from '../result/index.ts'
import { maxNodesPerChunk } from '../run/index.ts'
import { finishParent } from './add-run.ts'
import { type AttemptPresence, readPresence, removeSpent } from './attempt-presence.ts'
import {
  type CollectResultsData,
  carriedQuery,
  jobDataVersion,
  snapshotJobVersion,
  type WrittenRunQueries,
} from './job-data.ts'
import { loadScripts, withScripts } from './load-scripts.ts'
import { attemptJobId, collectJobId } from './names.ts'
import { isRemovedAtOnce, jobOptions, type RunQueue } from './run-queue.ts'

// Longer queries lie in the store, so that a window of 2,000 jobs stays under 60 MB in Redis.
const longestInlineBytes = 24_576

/**
 * Adds the current attempt of each job to its run's flow: collect-results, a child of finish-run, over run-queries.
 * What is there already is left alone, for adding a failed child again would make its parent wait for ever; but what Redis
 * took only half, as it was full, is removed first. Each chunk is read back, because a bulk addition hides its errors.
 *
 * @param storeId the id of the store that the workers must use
 * @param jobs of one run
 * @returns how many were added
 * @throws Error that names the run when one of them is not there afterwards
 */
export async function addAttempts(queue: RunQueue, store: ResultStore, jobs: readonly OpenJob[]): Promise<number> {
  let added = 0
  try {
    for (let from = 0; from < jobs.length; from += maxNodesPerChunk / 2)
      added += await addChunk(queue, store, jobs.slice(from, from + maxNodesPerChunk / 2))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`not all jobs of the run ${jobs[0]?.run} could be added to Redis: ${why}`, { cause: error })
  }
  return added
}

async function addChunk(queue: RunQueue, store: ResultStore, chunk: readonly OpenJob[]): Promise<number> {
  const before = await readPresence(queue, chunk)
  const missing = chunk.filter((_, index) => lacks(before[index]))
  if (missing.length === 0) return 0
  await removeSpent(
    queue,
    chunk.filter((_, index) => before[index] === 'half'),
  )
  const flows = await Promise.all(missing.map((job) => attemptFlow(queue, store, job)))
  await withScripts(queue.redis, () => queue.flows.addBulk(flows))
  const after = await readPresence(queue, missing)
  if (after.some(lacks)) {
    // The errors of a bulk are not told, so this may have been the reason.
    await loadScripts(queue.redis)
    throw new Error('it did not take some of a chunk')
  }
  return missing.length
}

function lacks(presence: AttemptPresence | undefined): boolean {
  return presence === 'missing' || presence === 'half'
}

/** Where the queries of an attempt lie when they are too long for Redis. */
export function queriesKey(id: Parameters<typeof attemptKey>[0]): string {
  return `${attemptKey(id)}/queries.json`
}

async function attemptFlow(queue: RunQueue, store: ResultStore, job: OpenJob) {
  const { run, generation, attempt } = job
  const id = { run, generation, job: job.job, attempt }
  const queries = job.queries.map(carriedQuery)
  const text = JSON.stringify(queries)
  const isLong = Buffer.byteLength(text) > longestInlineBytes
  if (isLong) await store.putText(queriesKey(id), text)
  const data: WrittenRunQueries = {
    version: job.sharedSnapshot ? snapshotJobVersion : jobDataVersion,
    installation: queue.installation,
    ...id,
    storeId: store.id,
    sharedSnapshot: job.sharedSnapshot,
    queries: isLong ? null : queries,
  }
  const collect: CollectResultsData = { version: jobDataVersion, database: queue.names.database, ...id }
  const delay = job.notBefore === null ? 0 : Math.max(0, job.notBefore.getTime() - Date.now())
  return {
    name: 'collect-results',
    queueName: queue.names.results,
    data: collect,
    opts: jobOptions(queue.names, job.rank, {
      jobId: collectJobId(id),
      attempts: 1_000_000,
      backoff: { type: 'fixed', delay: 1000 },
      ignoreDependencyOnFailure: true,
      parent: finishParent(queue, job),
      // It then removes its run-queries itself, from which it has to know how that ended.
      ...(isRemovedAtOnce(queue.names, job.queryCount) ? { removeOnComplete: true } : {}),
    }),
    children: [
      {
        name: 'run-queries',
        queueName: queue.names.queries,
        data,
        // One job is one attempt: whether there is another one is for the journal to say.
        opts: jobOptions(queue.names, job.rank, {
          jobId: attemptJobId(id),
          attempts: 1,
          delay,
          ignoreDependencyOnFailure: true,
        }),
      },
    ],
  }
}
