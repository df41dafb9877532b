import type { Redis } from '@querypool/shared/queue'
import { Queue } from 'bullmq'
import type { LocalSlots } from './local-slots.ts'
import type { ServedLane } from './start-lane.ts'

/** For how long a lane may leave waiting jobs alone although it could take one, in ms. */
const patienceMs = 30_000

/**
 * Watches whether a lane makes progress, which a connection that answers does not show: jobs wait, the worker has a free
 * slot, and yet it takes none.
 */
export class LaneProgress {
  readonly #served: ServedLane
  readonly #slots: LocalSlots
  readonly #queue: Queue
  #suspiciousSince: number | null = null
  #takenBefore = 0

  constructor(served: ServedLane, slots: LocalSlots, redis: Redis, prefix: string) {
    this.#served = served
    this.#slots = slots
    this.#queue = new Queue(served.lane.queue, { connection: redis, prefix, skipMetasUpdate: true })
    this.#queue.on('error', () => {})
  }

  /** Why the lane is stuck, or null. To be asked every few seconds. */
  async stuck(): Promise<string | null> {
    const { lane } = this.#served
    const taken = this.#slots.everTakenBy(lane.queue)
    const isSuspicious = taken === this.#takenBefore && (await this.#couldTake())
    this.#takenBefore = taken
    if (!isSuspicious) this.#suspiciousSince = null
    else this.#suspiciousSince ??= Date.now()
    if (this.#suspiciousSince === null || Date.now() - this.#suspiciousSince < patienceMs) return null
    return `${lane.queue} has waiting jobs and this worker a free slot, but it has taken none for ${patienceMs / 1000} s`
  }

  async close(): Promise<void> {
    await this.#queue.close()
  }

  async #couldTake(): Promise<boolean> {
    if (this.#slots.free === 0 || this.#served.worker.isPaused()) return false
    const [counts, isPaused, most] = await Promise.all([
      this.#queue.getJobCounts('wait', 'prioritized', 'active'),
      this.#queue.isPaused(),
      this.#queue.getGlobalConcurrency(),
    ])
    const { wait = 0, prioritized = 0, active = 0 } = counts
    return !isPaused && wait + prioritized > 0 && (most === null || active < most)
  }
}
