/** One repetition: how long it took, and how long the machine stood still meanwhile, in ms. */
export interface Repetition {
  readonly wallMs: number
  readonly pausedMs: number
}

/** What the repetitions of one measurement come to. */
export interface Measured {
  /** The median of the undisturbed ones in ms; null when there are none. */
  readonly medianMs: number | null
  readonly kept: number
  readonly dropped: number
}

/** The median of the repetitions in which the machine did not pause. */
export function summarize(repetitions: readonly Repetition[]): Measured {
  const kept = repetitions.filter(({ pausedMs }) => pausedMs === 0).map(({ wallMs }) => wallMs)
  return { medianMs: median(kept), kept: kept.length, dropped: repetitions.length - kept.length }
}

/** The middle one, or the mean of the two in the middle; null when there is none. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.ceil(sorted.length / 2) - 1]
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2
}

/** The longest that a run may take whose bound is this: 5 % and 0.3 s more. In ms. */
export function allowedMs(boundMs: number): number {
  return boundMs * 1.05 + 300
}
