import type { AppJob } from '@bull-board/api/typings/app'

// What BullMQ itself writes; anything else may quote a database, a path or a server.
const reasonsOfBullMq = /^(job stalled more than allowable limit|job started more than allowable limit)$/
const shownOptions = ['attempts', 'backoff', 'delay', 'jobId', 'priority', 'removeOnComplete', 'removeOnFail'] as const

/** A job as the board may show it: nothing in it comes from a database, an error or a row. */
export function showJob(job: AppJob, name: string): AppJob {
  const { id, timestamp, processedOn, processedBy, finishedOn, attempts, delay, priority, data, isFailed } = job
  const { returnValue, externalUrl, attemptsStarted, stalledCounter } = job
  const shown = { name, timestamp, attempts, data, isFailed, returnValue, progress: 0, stacktrace: [] as string[] }
  return {
    ...shown,
    opts: showOptions(job.opts),
    ...given({
      id,
      processedOn,
      processedBy,
      finishedOn,
      delay,
      priority,
      externalUrl,
      attemptsStarted,
      stalledCounter,
    }),
    ...given({ failedReason: showReason(job.failedReason), deferredFailure: showReason(job.deferredFailure) }),
  }
}

/** Why a job failed, if that is safe to tell. */
export function showReason(reason: string | undefined): string | undefined {
  if (!reason) return undefined
  return reasonsOfBullMq.test(reason)
    ? reason
    : 'Not shown here: see the page of the run, and the log of the program that had the job.'
}

/** What a job returned: whether there is a manifest, and the code of a failure, never its message. */
export function showReturnValue(value: unknown): { manifest?: boolean; failure?: string } | null {
  if (typeof value !== 'object' || value === null) return null
  const { manifest, failure } = value as { manifest?: unknown; failure?: { code?: unknown } | null }
  const code = failure?.code
  return {
    ...(typeof manifest === 'boolean' ? { manifest } : {}),
    ...(typeof code === 'string' && /^QP_[A-Z_]+$/.test(code) ? { failure: code } : {}),
  }
}

function showOptions(options: unknown): object {
  if (typeof options !== 'object' || options === null) return {}
  const all = options as Record<string, unknown>
  return Object.fromEntries(shownOptions.filter((key) => key in all).map((key) => [key, all[key]]))
}

/** Without what is undefined. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}
