import type { Stage } from '../stage/stage.ts'
import { until } from '../until.ts'
import type { Submission } from '../workload/submission.ts'

/** No statement about speed: a run that is not over by then is stuck. */
const overWithinMs = 180_000
/** A retry can meet what is left of a fault; a run that does not succeed after so many will not. */
const mostRetries = 5

/** Waits until all runs are over. @returns those that are not, a sentence each */
export async function awaitRuns(stage: Stage, submissions: readonly Submission[]): Promise<string[]> {
  let unfinished: string[] = []
  await until(overWithinMs, async () => {
    unfinished = await readUnfinished(stage, submissions)
    return unfinished.length === 0
  })
  return unfinished.map((run) => `${run} is stuck: it is not over ${overWithinMs / 1000} s after the last fault.`)
}

/**
 * Retries what has not succeeded, now that there are no faults any more, until all runs have succeeded.
 * @returns what stands in the way, a sentence each
 */
export async function retryRuns(stage: Stage, submissions: readonly Submission[]): Promise<string[]> {
  for (let retries = 0; ; retries++) {
    const failed = await readFailed(stage, submissions)
    if (failed.length === 0) return []
    if (retries === mostRetries) return failed.map((key) => `${key} does not succeed after ${retries} retries.`)
    await Promise.all(failed.map((key) => stage.command('retry', key, '--detach').ended))
    const stuck = await awaitRuns(stage, submissions)
    if (stuck.length > 0) return stuck
  }
}

async function readUnfinished({ journal }: Stage, submissions: readonly Submission[]): Promise<string[]> {
  const { rows } = await journal.query<{ key: string; id: string; state: string }>(
    `SELECT key, id, state FROM querypool.run WHERE key = ANY ($1) AND state IN ('queued', 'running')`,
    [keysOf(submissions)],
  )
  return rows.map(({ key, id, state }) => `${key} (${id}, ${state})`)
}

async function readFailed({ journal }: Stage, submissions: readonly Submission[]): Promise<string[]> {
  const { rows } = await journal.query<{ key: string }>(
    `SELECT key FROM querypool.run WHERE key = ANY ($1) AND state <> 'succeeded'`,
    [keysOf(submissions)],
  )
  return rows.map(({ key }) => key)
}

function keysOf(submissions: readonly Submission[]): string[] {
  return submissions.map(({ batch }) => batch.key)
}
