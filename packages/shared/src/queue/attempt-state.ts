import type { AttemptId } from '../result/index.ts'
import { attemptJobId } from './names.ts'
import type { RunQueue } from './run-queue.ts'

/** How the run-queries job of an attempt ended, as Redis knows it. */
export interface AttemptEnd {
  /** `gone`: removed, or Redis lost it. */
  readonly state: 'completed' | 'failed' | 'gone' | 'unfinished'
  /** Why a worker says that it could not put a manifest, or null. */
  readonly failure: { readonly code: string; readonly message: string } | null
}

/** Removes the job of an attempt that has been settled. */
export async function removeAttempt(queue: RunQueue, id: AttemptId): Promise<void> {
  await queue.queries.remove(attemptJobId(id), { removeChildren: false })
}

/** Looks up how an attempt's job ended. */
export async function readAttemptEnd(queue: RunQueue, id: AttemptId): Promise<AttemptEnd> {
  const job = await queue.queries.getJob(attemptJobId(id))
  if (!job) return { state: 'gone', failure: null }
  const state = await job.getState()
  const value: unknown = job.returnvalue
  const failure =
    typeof value === 'object' && value !== null && 'failure' in value && value.failure
      ? (value.failure as { code: string; message: string })
      : null
  return { state: state === 'completed' || state === 'failed' ? state : 'unfinished', failure }
}
