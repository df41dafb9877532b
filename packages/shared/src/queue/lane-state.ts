import type { RunQueue } from './run-queue.ts'

/** What the queue of a database's queries looks like now. */
export interface LaneState {
  /** Jobs that workers have taken. */
  readonly active: number
  readonly waiting: number
  /** Put back for a moment, or due later. */
  readonly delayed: number
}

/** Looks at the queue of a database's queries. */
export async function readLaneState({ queries }: RunQueue): Promise<LaneState> {
  const {
    active = 0,
    wait = 0,
    prioritized = 0,
    delayed = 0,
  } = await queries.getJobCounts('active', 'wait', 'prioritized', 'delayed')
  return { active, waiting: wait + prioritized, delayed }
}
