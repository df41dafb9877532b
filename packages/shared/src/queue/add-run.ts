import { jobDataVersion, type OfRunData } from './job-data.ts'
import { withScripts } from './load-scripts.ts'
import { dispatchJobId, finishJobId } from './names.ts'
import { isRemovedAtOnce, jobOptions, type RunQueue, untilItSucceeds } from './run-queue.ts'

/** A generation of a run. */
export interface RunId {
  readonly run: string
  readonly generation: number
}

/** The numbers of a run's dispatch-run jobs, as the journal knows them. */
export interface DispatchNumbers {
  /** The latest, read before Redis is asked; 0: there was none. */
  readonly last: number
  /** Takes the one after it; null: somebody else has, or the generation has ended meanwhile. */
  next(): Promise<number | null>
}

/**
 * Adds the flow of a run's generation: finish-run, which waits for dispatch-run and all that this adds. Adding it again
 * does nothing while finish-run is there. What is left of an earlier generation's flow has other ids and ends by itself.
 *
 * Several may find at once that it is missing. All of them add the same jobs: the number is only taken by one, and one that
 * was taken, but of which Redis has no job, is used by all.
 * @param queryCount how many queries the run has
 * @returns whether it was added
 */
export async function addRun(
  queue: RunQueue,
  id: RunId,
  dispatches: DispatchNumbers,
  queryCount = 1,
): Promise<boolean> {
  const jobId = finishJobId(id.run, id.generation)
  // Asked first: both are added in one step, so that one which is there without finish-run later has lost it.
  const isFree = dispatches.last > 0 && !(await isThere(queue, dispatchJobId(id.run, dispatches.last)))
  const existing = await queue.runs.getJobState(jobId)
  if (existing !== 'unknown' && existing !== 'completed' && existing !== 'failed') return false
  const dispatch = isFree ? dispatches.last : await dispatches.next()
  if (dispatch === null) return false
  if (existing !== 'unknown') await queue.runs.remove(jobId)
  const flow = {
    name: 'finish-run',
    queueName: queue.names.runs,
    data: ofRunData(queue, id),
    opts: jobOptions(queue.names, 1, {
      jobId,
      ...untilItSucceeds,
      // It holds what each of its children has returned.
      ...(isRemovedAtOnce(queue.names, queryCount) ? { removeOnComplete: true } : {}),
    }),
    children: [dispatchNode(queue, id, dispatch)],
  }
  await withScripts(queue.redis, () => queue.flows.add(flow))
  return true
}

async function isThere(queue: RunQueue, jobId: string): Promise<boolean> {
  return (await queue.runs.getJobState(jobId)) !== 'unknown'
}

/** The parent that all children of a run's generation name. */
export function finishParent(queue: RunQueue, { run, generation }: RunId): { id: string; queue: string } {
  return { id: finishJobId(run, generation), queue: `${queue.prefix}:${queue.names.runs}` }
}

function dispatchNode(queue: RunQueue, id: RunId, dispatch: number) {
  return {
    name: 'dispatch-run',
    queueName: queue.names.runs,
    data: ofRunData(queue, id),
    opts: jobOptions(queue.names, 1, {
      jobId: dispatchJobId(id.run, dispatch),
      ...untilItSucceeds,
      ignoreDependencyOnFailure: true,
    }),
  }
}

function ofRunData(queue: RunQueue, { run, generation }: RunId): OfRunData {
  return { version: jobDataVersion, database: queue.names.database, run, generation }
}
