import {
  isHintedCancelled,
  type LiveLimit,
  type Redis,
  type RunQueriesData,
  readLimit,
  readRunQueriesData,
  readSnapshotHint,
} from '@querypool/shared/queue'
import type { ResultStore } from '@querypool/shared/result'
import { DelayedError, type Job, Worker } from 'bullmq'
import type { LocalSlots } from './local-slots.ts'
import { type RunQueriesResult, runQueries, type Workplace } from './run-queries.ts'
import type { RunningQueries } from './running-queries.ts'
import { SessionPool } from './session-pool.ts'
import type { WorkerMetrics } from './worker-metrics.ts'
import type { Lane, WorkerOrders } from './worker-orders.ts'

/** What the lanes of a worker share. */
export interface LaneContext {
  readonly orders: WorkerOrders
  readonly redis: Redis
  readonly prefix: string
  readonly store: ResultStore
  readonly slots: LocalSlots
  readonly running: RunningQueries
  readonly metrics: WorkerMetrics
  /** Whether the worker is past its grace period and gives everything back. */
  isGivingBack(): boolean
  /** Whether the worker takes nothing new. BullMQ may still hand it a job for which it was waiting. */
  isDrained(): boolean
  /** Told the server process of each session that is opened. */
  onSession(pid: number): void
  /** Told why a job was not taken, and of a Redis that does not answer. */
  onTrouble(error: Error): void
}

/** A queue that is being served. */
export interface ServedLane {
  readonly lane: Lane
  readonly worker: Worker
  readonly sessions: SessionPool
}

/** About how long a job waits in Redis that could not begin here: no slot was free, or the database is paused. */
const postponeMs = 500

/** Starts taking the run-queries jobs of one database. */
export async function startLane(context: LaneContext, lane: Lane): Promise<ServedLane> {
  const { orders, redis, prefix } = context
  const sessions = new SessionPool(lane.database, context.onSession)
  const worker = new Worker(lane.queue, (job, token) => takeJob(context, lane, sessions, job, token), {
    connection: redis,
    prefix,
    name: orders.name,
    concurrency: orders.concurrency,
    lockDuration: orders.lockMs,
    // One job is one attempt: overseers end one that has lost its worker, and settle what becomes of it.
    skipStalledCheck: true,
  })
  worker.on('error', context.onTrouble)
  await worker.waitUntilReady()
  return { lane, worker, sessions }
}

async function takeJob(
  context: LaneContext,
  lane: Lane,
  sessions: SessionPool,
  job: Job,
  token: string | undefined,
): Promise<RunQueriesResult> {
  const data = understand(context, job)
  if (data === null) return { manifest: false, failure: notUnderstood(context) }
  if (context.isDrained() || !context.slots.take(lane.queue)) return postpone(context, lane, job, token)
  try {
    const limit = await limitOf(context, lane)
    if (limit.paused) return await postpone(context, lane, job, token)
    const result = await runQueries(workplaceOf(context, lane, sessions, limit, job, data), data)
    if (result === 'fenced') context.onTrouble(new Error(`${job.id} waits: the job still runs in the database`))
    return typeof result === 'string' ? await postpone(context, lane, job, token) : result
  } finally {
    context.running.end(job)
    context.slots.release(lane.queue)
  }
}

function workplaceOf(
  context: LaneContext,
  lane: Lane,
  sessions: SessionPool,
  limit: LiveLimit,
  job: Job,
  data: RunQueriesData,
): Workplace {
  const { name, statementTimeoutMs } = lane.database
  return {
    name: context.orders.name,
    store: context.store,
    sessions,
    defaultTimeoutMs: statementTimeoutMs,
    limit:
      name === null || limit.maxConcurrency === null ? null : { database: name, maxConcurrency: limit.maxConcurrency },
    maxResultBytes: context.orders.maxResultBytes,
    isGivingBack: context.isGivingBack,
    readSnapshot: (id) => readSnapshotHint(context.redis, context.prefix, id),
    isCancelled: (id) => isHintedCancelled(context.redis, context.prefix, id),
    onEnd: (outcome) => context.metrics.ended(name ?? '', outcome),
    onStart: (note) =>
      context.running.begin(job, {
        ...note,
        run: data.run,
        job: data.job,
        attempt: data.attempt,
        database: name ?? '',
      }),
  }
}

/** What holds for the lane's database now: as Redis says, else as configured. */
async function limitOf({ redis, prefix }: LaneContext, { database }: Lane): Promise<LiveLimit> {
  const live = database.name === null ? null : await readLimit(redis, prefix, database.name)
  return live ?? { maxConcurrency: database.maxConcurrency, paused: false }
}

function understand(context: LaneContext, job: Job): RunQueriesData | null {
  try {
    return readRunQueriesData(job.data)
  } catch (error) {
    context.onTrouble(new Error(`refused the job ${job.id}: ${error instanceof Error ? error.message : String(error)}`))
    return null
  }
}

function notUnderstood({ orders }: LaneContext): RunQueriesResult['failure'] {
  return { code: 'QP_JOB_UNKNOWN_VERSION', message: `The worker ${orders.name} does not know the version of its data.` }
}

/** Puts a job back for a moment. That is no attempt: nothing of it has begun. */
async function postpone(
  { metrics }: LaneContext,
  { database }: Lane,
  job: Job,
  token: string | undefined,
): Promise<never> {
  metrics.postponed(database.name ?? '')
  await job.moveToDelayed(Date.now() + postponeMs * (0.5 + Math.random()), token)
  throw new DelayedError()
}
