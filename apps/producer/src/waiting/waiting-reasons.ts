import type { ErrorCode } from '@querypool/shared/errors'
import type { WaitingCounts } from '@querypool/shared/journal'
import type { WorkerRecord } from '@querypool/shared/queue'

/** Why some queries of a run wait. */
export interface WaitingReason {
  readonly code: ErrorCode
  /** The particulars, in one sentence. */
  readonly message: string
  /** How many of the run's queries it concerns. */
  readonly queries: number
}

/** What is known when it is asked. */
export interface WaitingFacts {
  readonly database: string
  readonly counts: WaitingCounts
  /** How many overseers look after the run. */
  readonly overseers: number
  readonly paused: boolean
  /** Whether the queries share a snapshot, and nobody holds it now. */
  readonly lacksSnapshot: boolean
  /** How many queries may run on the database at once; null: any number. */
  readonly maxConcurrency: number | null
  /** What Redis says; null: it does not answer. */
  readonly redis: { readonly active: number; readonly workers: readonly WorkerRecord[] } | null
  readonly now: Date
}

/** Why the waiting queries of a run wait, what stops most of them first. Pure. */
export function waitingReasons(facts: WaitingFacts): WaitingReason[] {
  const { counts, now } = facts
  const { needing, unclaimed, retrying, ready, retryAt } = counts
  const all = needing + unclaimed + retrying + ready
  if (all === 0) return []
  if (facts.overseers === 0)
    return [{ code: 'QP_WAITS_FOR_OVERSEER', message: 'No overseer is running.', queries: all }]
  if (facts.redis === null) return [{ code: 'QP_WAITS_FOR_REDIS', message: 'Redis does not answer.', queries: all }]
  const reasons: WaitingReason[] = ready === 0 ? [] : [whyReadyWait(facts, facts.redis)]
  if (retrying > 0) {
    const seconds = Math.max(0, Math.ceil(((retryAt?.getTime() ?? 0) - now.getTime()) / 1000))
    reasons.push({
      code: 'QP_WAITS_FOR_RETRY',
      message: `The first is tried again in ${seconds} s.`,
      queries: retrying,
    })
  }
  if (unclaimed > 0) {
    const message = `${ready + retrying} queries of the run go before them.`
    reasons.push({ code: 'QP_WAITS_FOR_TURN', message, queries: unclaimed })
  }
  if (needing > 0) {
    const message = 'Others of the run that they need have not succeeded yet.'
    reasons.push({ code: 'QP_WAITS_FOR_NEEDS', message, queries: needing })
  }
  return reasons
}

/** Why queries wait whose snapshot nobody holds now. */
export function whySnapshotWaits(queries: number): WaitingReason {
  return { code: 'QP_WAITS_FOR_SNAPSHOT', message: 'Nothing holds the snapshot that they share now.', queries }
}

function whyReadyWait(facts: WaitingFacts, redis: NonNullable<WaitingFacts['redis']>): WaitingReason {
  const { database, maxConcurrency } = facts
  const queries = facts.counts.ready
  if (facts.lacksSnapshot) return whySnapshotWaits(queries)
  if (facts.paused) return { code: 'QP_WAITS_FOR_RESUME', message: `The database ${database} is paused.`, queries }
  const serving = redis.workers.filter((worker) => worker.databases.includes(database) && worker.state === 'working')
  if (serving.length === 0)
    return { code: 'QP_WAITS_FOR_WORKER', message: `No worker takes queries of ${database}.`, queries }
  if (maxConcurrency !== null && redis.active >= maxConcurrency) {
    const message = `${database} allows ${maxConcurrency} queries at once, and all of them run.`
    return { code: 'QP_WAITS_FOR_SLOT', message, queries }
  }
  const slots = serving.reduce((sum, worker) => sum + worker.concurrency, 0)
  const message = `${database} is served by ${serving.length} workers with ${slots} slots in all.`
  return { code: 'QP_WAITS_FOR_FREE_WORKER', message, queries }
}
