/** Numbers that look random and follow from a seed: the same seed gives the same ones, on every machine. */
export interface Random {
  /** At least 0, less than 1. */
  fraction(): number
  /** A whole number, both ends included. */
  between(lowest: number, highest: number): number
  pick<T>(values: readonly T[]): T
  /** True that often. */
  chance(probability: number): boolean
}

/**
 * mulberry32, a generator with 32 bits of state by Tommy Ettinger: no more is needed to choose among faults.
 * @param seed a whole number
 */
export function randomFrom(seed: number): Random {
  let state = seed | 0
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (lowest: number, highest: number): number => lowest + Math.floor(fraction() * (highest - lowest + 1))
  return {
    fraction,
    between,
    pick: (values) => {
      const picked = values[between(0, values.length - 1)]
      if (picked === undefined) throw new Error('There is nothing to pick from.')
      return picked
    },
    chance: (probability) => fraction() < probability,
  }
}
