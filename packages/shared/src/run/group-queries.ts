import { grouping, jobsPerSlot, mostJobs, shortMs } from './grouping.ts'

/** A query that waits for a job. */
export interface WaitingQuery {
  readonly position: number
  readonly effect: 'read' | 'write'
  readonly timeoutMs: number | null
  readonly expectedMs: number | null
  /** How many attempts of earlier jobs had begun with it, and how many workers were lost in them. */
  readonly priorAttempts: number
  readonly lostWorkers: number
}

/** What their run is like. */
export interface GroupedRun {
  readonly slots: number
  readonly queryCount: number
  /** How many of its queries have no result yet: those that wait, more than are looked at here, and those that run. */
  readonly leftCount: number
  /** What a query of it takes that nothing else is known of, in ms; null: nothing is known. */
  readonly observedMs: number | null
}

/**
 * Makes jobs of waiting queries: of each long one, and of each that may have taken a worker along, its own, of short reads one
 * for several. A write is always alone, for its job is its transaction.
 * @param waiting in the order in which they are to be done: a job comes where its first query is
 */
export function groupQueries<Q extends WaitingQuery>(waiting: readonly Q[], run: GroupedRun): Q[][] {
  const least = Math.ceil(run.queryCount / mostJobs)
  const expected = (query: Q): number | null => query.expectedMs ?? run.observedMs
  const isShort = (query: Q): boolean => {
    const ms = expected(query)
    return query.effect === 'read' && query.lostWorkers === 0 && (least > 1 || (ms !== null && ms < shortMs))
  }
  const weigh = (query: Q): number =>
    Math.min(Math.max(expected(query) ?? 0, grouping.leastMs), grouping.mostMs / least)
  const short = waiting.filter(isShort)
  const mean = short.reduce((sum, query) => sum + weigh(query), 0) / Math.max(1, short.length)
  const share = (mean * run.leftCount) / (run.slots * jobsPerSlot)
  const full = Math.min(grouping.mostMs, Math.max(share, grouping.leastMs * least))
  const jobs: Q[][] = []
  const open = new Map<string, { job: Q[]; weight: number }>()
  for (const query of waiting) {
    if (!isShort(query)) {
      jobs.push([query])
      continue
    }
    const alike = `${query.timeoutMs} ${query.priorAttempts}`
    const group = open.get(alike)
    const weight = weigh(query)
    if (group !== undefined && group.weight + weight <= full) {
      group.job.push(query)
      group.weight += weight
    } else {
      const job = [query]
      jobs.push(job)
      open.set(alike, { job, weight })
    }
  }
  return jobs
}
