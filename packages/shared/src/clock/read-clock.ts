/** How the clock of another machine differs from ours. */
export interface ClockReading {
  /** Theirs less ours, in ms. */
  readonly aheadMs: number
  /** By how much `aheadMs` can be wrong, in ms: half of how long the answer took. */
  readonly uncertainMs: number
}

const times = 3

/**
 * Compares a clock with ours: it is asked a few times, and the answer that came fastest counts, for it tells most.
 * @param ask gives the instant there, in ms since 1970
 */
export async function readClock(ask: () => Promise<number>): Promise<ClockReading> {
  let best: ClockReading | null = null
  for (let n = 0; n < times; n++) {
    const before = Date.now()
    const there = await ask()
    const after = Date.now()
    const reading = { aheadMs: Math.round(there - (before + after) / 2), uncertainMs: Math.ceil((after - before) / 2) }
    if (best === null || reading.uncertainMs < best.uncertainMs) best = reading
  }
  return best ?? { aheadMs: 0, uncertainMs: 0 }
}
