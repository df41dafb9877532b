import type { Placement } from './schedule.ts'

interface Slot {
  readonly number: number
  readonly freeMs: number
}

/** Slots by when they are free: a binary heap, so that a million queries on a thousand slots can be placed in a second. */
export class FreeSlots {
  readonly #heap: Slot[]

  constructor(count: number) {
    this.#heap = Array.from({ length: count }, (_, number) => ({ number, freeMs: 0 }))
  }

  /** Takes the slot that is free first, of several the one with the lowest number, for so long. */
  take(durationMs: number): Placement {
    const { number, freeMs } = this.#heap[0] as Slot
    const endMs = freeMs + durationMs
    this.#sink({ number, freeMs: endMs })
    return { slot: number, startMs: freeMs, endMs }
  }

  /** Puts a slot in the place of the first, and moves it to where it belongs. */
  #sink(slot: Slot): void {
    const heap = this.#heap
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      const child = isBefore(heap[left + 1], heap[left]) ? left + 1 : left
      const smaller = heap[child]
      if (smaller === undefined || !isBefore(smaller, slot)) break
      heap[at] = smaller
      at = child
    }
    heap[at] = slot
  }
}

function isBefore(one: Slot | undefined, other: Slot | undefined): boolean {
  if (one === undefined || other === undefined) return false
  return one.freeMs === other.freeMs ? one.number < other.number : one.freeMs < other.freeMs
}
