import { forecastRest, type QueryUnderWay } from './forecast-rest.ts'
import { slotsInUse } from './slots-in-use.ts'

/** A run of which something may be left to do. */
export interface RunUnderWay {
  /** Whether it has workers of its own, as many as its slots. */
  readonly private: boolean
  readonly slots: number
  readonly finishedAt: Date | null
  readonly cancelRequestedAt: Date | null
  readonly stoppedAt: Date | null
}

/** Of larger runs nobody asks what is left: all of their queries would have to be read each time. */
export const mostForecast = 2000

/**
 * How long a run will probably still take, in ms. Null when it is over or is being ended, when nothing of a run without
 * workers of its own runs, and when nothing is known of how long its queries take.
 * @param queries all of the run
 */
export function restOfRun(run: RunUnderWay, queries: readonly QueryUnderWay[], now: Date): number | null {
  if (run.finishedAt !== null || run.cancelRequestedAt !== null || run.stoppedAt !== null) return null
  const slots = run.private || allNeedOthers(queries) ? run.slots : slotsInUse(queries, now)
  return slots === 0 ? null : forecastRest(queries, slots, now)
}

/** Whether something runs, and none that waits could begin besides: then what runs does not say how many could run at once. */
function allNeedOthers(queries: readonly QueryUnderWay[]): boolean {
  const underWay = new Set(
    queries.flatMap(({ name, state }) => (state === 'running' || state === 'queued' ? [name] : [])),
  )
  const queued = queries.filter(({ state }) => state === 'queued')
  const waitsForOthers = ({ needs }: QueryUnderWay): boolean => needs.some((name) => underWay.has(name))
  return queued.length > 0 && queued.length < underWay.size && queued.every(waitsForOthers)
}
