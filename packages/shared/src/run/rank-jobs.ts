/** A job of a run whose queries need others. */
export interface RankedJob {
  /** Of jobs that wait for a worker the one with the least rank goes first, of any runs; of equal ones the first that came. */
  readonly rank: number
  /** How long the path that begins with it is expected to take; infinite: unknown. */
  readonly pathMs: number
}

/**
 * The ranks of new jobs among those of their run that are open. One that was just set free may begin a longer path than some
 * that wait already, and goes before these then, if not always behind all that are longer: ranks are whole numbers, and those
 * of jobs in Redis stay.
 * @param claimed in the order in which they are to be done, with what their ranks are by their numbers alone
 */
export function rankJobs(open: readonly RankedJob[], claimed: readonly RankedJob[]): number[] {
  const all = [...open]
  return claimed.map(({ rank: number, pathMs }) => {
    const ranks = (which: (job: RankedJob) => boolean): number[] => all.filter(which).map(({ rank }) => rank)
    const shorter = ranks((job) => job.pathMs < pathMs)
    const longer = ranks((job) => job.pathMs >= pathMs)
    const rank = shorter.length === 0 ? number : Math.max(1, ...longer, Math.min(...shorter) - 1)
    all.push({ rank, pathMs })
    return rank
  })
}
