/**
 * What the thread of a core and the one that reads it share, as indexes into an Int32Array. Times are in µs and counted
 * from the last time they were taken.
 */
export const slot = {
  /** 1: the thread is to end. */
  stop: 0,
  /** How long the thread was woken too late, where that was at least `noticedMs`. */
  taken: 1,
  /** The same, where it was so late that everything must have stood still. */
  paused: 2,
} as const
export const slotCount = 3

/** What a thread is told. */
export interface CoreOrders {
  readonly core: number
  readonly shared: Int32Array
}
