import { jobDataVersion, type OfRunData } from './job-data.ts'
import { dispatchJobId, finishJobId } from './names.ts'
import { isRemovedAtOnce, jobOptions, type RunQueue, untilItSucceeds } from './run-queue.ts'

/**
 * Adds the flow of a run: finish-run, which waits for dispatch-run and all that this adds. Adding it again does nothing
 * while finish-run is there.
 * @param nextDispatch gives the number of a new dispatch from the journal
 * @param queryCount how many queries the run has
 * @returns whether it was added
 */
export async function addRun(
  queue: RunQueue,
  run: string,
  nextDispatch: () => Promise<number>,
  queryCount = 1,
): Promise<boolean> {
  const existing = await queue.runs.getJobState(finishJobId(run))
  if (existing !== 'unknown' && existing !== 'completed' && existing !== 'failed') return false
  if (existing !== 'unknown') await queue.runs.remove(finishJobId(run))
  const data: OfRunData = { version: jobDataVersion, database: queue.names.database, run }
  await queue.flows.add({
    name: 'finish-run',
    queueName: queue.names.runs,
    data,
    opts: jobOptions(queue.names, 1, {
      jobId: finishJobId(run),
      ...untilItSucceeds,
      // It holds what each of its children has returned.
      ...(isRemovedAtOnce(queue.names, queryCount) ? { removeOnComplete: true } : {}),
    }),
    children: [dispatchNode(queue, run, await nextDispatch(), 0)],
  })
  return true
}

/** Adds another dispatch-run to a run whose finish-run is being processed. */
export async function addDispatch(queue: RunQueue, run: string, dispatch: number, delayMs: number): Promise<void> {
  const node = dispatchNode(queue, run, dispatch, delayMs)
  await queue.runs.add(node.name, node.data, { ...node.opts, parent: finishParent(queue, run) })
}

/** The parent that all children of a run name. */
export function finishParent(queue: RunQueue, run: string): { id: string; queue: string } {
  return { id: finishJobId(run), queue: `${queue.prefix}:${queue.names.runs}` }
}

function dispatchNode(queue: RunQueue, run: string, dispatch: number, delayMs: number) {
  const data: OfRunData = { version: jobDataVersion, database: queue.names.database, run }
  return {
    name: 'dispatch-run',
    queueName: queue.names.runs,
    data,
    opts: jobOptions(queue.names, 1, {
      jobId: dispatchJobId(run, dispatch),
      ...untilItSucceeds,
      delay: delayMs,
      ignoreDependencyOnFailure: true,
    }),
  }
}
