/**
 * What looks wrong may be on its way, or seen between two steps of somebody else. So it only counts when it was seen in
 * every look for a while.
 */
export class Suspects {
  readonly #graceMs: number
  #since = new Map<string, number>()

  /** @param graceMs how long something must look wrong before it counts */
  constructor(graceMs: number) {
    this.#graceMs = graceMs
  }

  /**
   * Takes what looks wrong now.
   * @param nowMs by a clock that only goes forward
   * @returns what of it has looked so for long enough
   */
  look(names: Iterable<string>, nowMs = performance.now()): Set<string> {
    const before = this.#since
    this.#since = new Map([...names].map((name) => [name, before.get(name) ?? nowMs]))
    return new Set([...this.#since].filter(([, since]) => nowMs - since >= this.#graceMs).map(([name]) => name))
  }
}
