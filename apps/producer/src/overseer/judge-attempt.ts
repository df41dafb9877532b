import { type Ending, endedBy, type JobState, type Settlement, type Verdict } from '@querypool/shared/journal'
import type { AttemptEnd } from '@querypool/shared/queue'
import { type AttemptId, type Manifest, type Outcome, rowsKey } from '@querypool/shared/result'
import { defaultRetries, deservesRetry, maxLostWorkers, retryDelayMs } from '@querypool/shared/run'

/** Of an attempt that left a manifest nothing else has to be known. */
export const saidAll: AttemptEnd = { state: 'completed', failure: null }

/**
 * What an attempt comes to, from what it left (its manifest, or null) and how its job ended in Redis. Pure.
 * A query without a verdict is tried again: it was given back, or failed for a cause that can pass and has retries left.
 */
export function judgeAttempt(
  id: AttemptId,
  job: JobState,
  manifest: Manifest | null,
  end: AttemptEnd,
  now: Date,
): Settlement {
  const base = {
    attempt: id,
    worker: manifest?.worker || (job.queries[0]?.worker ?? null),
    failed: [],
    workerLost: false,
    released: [],
    delayMs: 0,
  }
  if (manifest) return judgeManifest(base, id, job, manifest, now)
  const { ending } = job
  if (ending) return { ...base, verdicts: job.queries.map((query) => ended(id, query, ending, null, now)) }
  if (end.state === 'failed') return judgeLostWorker(base, job, now)
  if (end.failure && refusals.has(end.failure.code)) return judgeRefusal(base, id, job, end.failure, now)
  if (end.failure) {
    const failure = end.failure
    const failed = job.queries.map((query) => query.position)
    const spent = job.queries.filter((query) => !mayTryAgain(query))
    return {
      ...base,
      verdicts: spent.map((query) => failedVerdict(query.position, failure, null, now)),
      failed,
      delayMs: delayAfter(job),
      event: { code: failure.code, message: `${namesOf(job)}: ${failure.message}` },
    }
  }
  // Removed from Redis, or lost by it, before it ended: nothing is known against the queries.
  return { ...base, verdicts: [] }
}

type Base = Omit<Settlement, 'verdicts'>

// Faults of the worker and not of the query: another worker may do it.
const refusals = new Set(['QP_JOB_UNKNOWN_VERSION', 'QP_STORE_MISMATCH', 'QP_SNAPSHOT_SERVERS_DIFFER'])
const mostRefusals = 20
const refusalDelayMs = 2000

/** A worker would not take it. That counts against no retries, but it does not go on for ever. */
function judgeRefusal(
  base: Base,
  id: AttemptId,
  job: JobState,
  failure: { code: string; message: string },
  now: Date,
): Settlement {
  const isOver = id.attempt >= mostRefusals
  return {
    ...base,
    verdicts: isOver ? job.queries.map((query) => failedVerdict(query.position, failure, null, now)) : [],
    delayMs: refusalDelayMs,
    event: { code: failure.code, message: `${namesOf(job)} was refused: ${failure.message}` },
  }
}

function judgeLostWorker(base: Base, job: JobState, now: Date): Settlement {
  const isPoison = job.queries.length === 1 && job.lostWorkers + 1 >= maxLostWorkers
  const failure = {
    code: 'QP_WORKER_LOST',
    message: `${job.lostWorkers + 1} workers in a row died or were cut off while they ran it`,
  }
  // Which of several it was that took the worker along nobody knows: each gets its own chances.
  const released = job.queries.length > 1 ? job.queries.map(({ position }) => ({ position, begun: true })) : []
  return {
    ...base,
    workerLost: true,
    released,
    verdicts: isPoison ? job.queries.map((query) => failedVerdict(query.position, failure, null, now)) : [],
    event: { code: 'QP_WORKER_LOST', message: `The worker of ${namesOf(job)} died or was cut off.` },
  }
}

function judgeManifest(base: Base, id: AttemptId, job: JobState, manifest: Manifest, now: Date): Settlement {
  const verdicts: Verdict[] = []
  const failed: number[] = []
  const released: Settlement['released'][number][] = []
  let delayMs = 0
  let event: Settlement['event']
  const outcomes = new Map(manifest.outcomes.map((outcome) => [outcome.position, outcome]))
  for (const query of job.queries) {
    const outcome = outcomes.get(query.position)
    if (outcome?.state === 'succeeded') verdicts.push(succeeded(id, outcome))
    else if (job.ending && !isOwnFailure(job.ending, outcome))
      verdicts.push(ended(id, query, job.ending, outcome ?? null, now))
    else if (outcome?.state === 'failed' && outcome.failure) {
      failed.push(query.position)
      if (isPassing(outcome.failure) && mayTryAgain(query)) {
        delayMs = Math.max(delayMs, retryDelayMs(query.failures + 1))
        event = { code: 'QP_RETRIED', message: `${query.name} failed and is tried again: ${outcome.failure.message}` }
      } else verdicts.push(failedVerdict(query.position, outcome.failure, outcome, now))
    } else if (outcome?.failure) {
      event = { code: 'QP_ATTEMPT_GIVEN_BACK', message: `${query.name} was given back: ${outcome.failure.message}` }
      // The attempt did not come to it.
    } else released.push({ position: query.position, begun: false })
  }
  return { ...base, verdicts, failed, released, delayMs, ...(event ? { event } : {}) }
}

type Waiting = JobState['queries'][number]

function mayTryAgain(query: Waiting): boolean {
  return query.failures < (query.retries ?? defaultRetries)
}

function delayAfter(job: JobState): number {
  return retryDelayMs(1 + Math.max(0, ...job.queries.map((query) => query.failures)))
}

function isPassing(failure: { code: string; sqlState: string | null }): boolean {
  return failure.code === 'QP_CONNECTION_LOST' || (failure.sqlState !== null && deservesRetry(failure.sqlState))
}

function succeeded(id: AttemptId, outcome: Outcome): Verdict {
  const { position, offset, bytes, rows, sha256, startedAt, finishedAt } = outcome
  const artifact = { key: outcome.artifact ?? rowsKey(id), offset, bytes, rows, sha256 }
  return { position, state: 'succeeded', artifact, startedAt, finishedAt, error: null }
}

function failedVerdict(
  position: number,
  failure: { code: string; message: string; sqlState?: string | null; offset?: number | null },
  outcome: Outcome | null,
  now: Date,
): Verdict {
  const { code, message, sqlState, offset } = failure
  return {
    position,
    state: 'failed',
    artifact: null,
    startedAt: outcome?.startedAt ?? null,
    finishedAt: outcome?.finishedAt ?? now.toISOString(),
    error: {
      code,
      message,
      ...(sqlState === null || sqlState === undefined ? {} : { sqlState }),
      ...(offset === null || offset === undefined ? {} : { offset }),
    },
  }
}

/** What the ending of a run makes of a query. What its worker has said of it last stands in for an outcome. */
function ended(id: AttemptId, query: Waiting, ending: Ending, outcome: Outcome | null, now: Date): Verdict {
  const startedAt = outcome?.startedAt ?? query.runningSince
  return {
    position: query.position,
    ...endedBy(ending, startedAt !== null || id.attempt > 1),
    artifact: null,
    startedAt,
    finishedAt: outcome?.finishedAt ?? now.toISOString(),
  }
}

/** Whether a query of a run that is stopped has failed by itself: then that is told, and not that it was stopped. */
function isOwnFailure({ why }: Ending, outcome: Outcome | undefined): boolean {
  if (why === 'cancelled' || outcome?.state !== 'failed' || outcome.failure === null) return false
  return outcome.failure.code !== 'QP_CANCELLED_IN_DATABASE' && !isPassing(outcome.failure)
}

function namesOf(job: JobState): string {
  const [first, ...rest] = job.queries.map((query) => query.name)
  return rest.length === 0 ? (first ?? 'a job without queries') : `${first} and ${rest.length} more`
}
