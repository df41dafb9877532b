import type { Taken } from './taken-time/watch-pauses.ts'

/** One repetition: how long it took in ms, and what the machine was away meanwhile. */
export interface Repetition extends Taken {
  readonly wallMs: number
}

/** What the repetitions of one measurement come to. */
export interface Measured {
  /** The median of the undisturbed ones in ms; null when there are none. */
  readonly medianMs: number | null
  /** The least and the greatest of them. */
  readonly minMs: number | null
  readonly maxMs: number | null
  readonly kept: number
  readonly dropped: number
}

/** The median of the repetitions in which the machine did not pause. */
export function summarize(repetitions: readonly Repetition[]): Measured {
  const kept = repetitions.filter(({ pausedMs }) => pausedMs === 0).map(({ wallMs }) => wallMs)
  return {
    medianMs: median(kept),
    minMs: kept.length === 0 ? null : Math.min(...kept),
    maxMs: kept.length === 0 ? null : Math.max(...kept),
    kept: kept.length,
    dropped: repetitions.length - kept.length,
  }
}

/** The middle one, or the mean of the two in the middle; null when there is none. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.ceil(sorted.length / 2) - 1]
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2
}

/** The value below which this share of the values lies, by the nearest one; null when there is none. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null
}

/** The longest that a run may take whose bound is this: 5 % and 0.3 s more. In ms. */
export function allowedMs(boundMs: number): number {
  return boundMs * 1.05 + 300
}
