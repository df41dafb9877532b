/** The slots of a worker: how many queries it may run at once, over all its lanes. */
export class LocalSlots {
  readonly total: number
  readonly #taken = new Map<string, number>()
  readonly #everTaken = new Map<string, number>()
  readonly #onChange: () => void

  /** @param onChange told whenever a slot was taken or given back */
  constructor(total: number, onChange: () => void) {
    this.total = total
    this.#onChange = onChange
  }

  get free(): number {
    return this.total - [...this.#taken.values()].reduce((sum, taken) => sum + taken, 0)
  }

  /** How many slots a lane has taken. */
  takenBy(lane: string): number {
    return this.#taken.get(lane) ?? 0
  }

  /** How often a lane has taken one. */
  everTakenBy(lane: string): number {
    return this.#everTaken.get(lane) ?? 0
  }

  /** Takes a slot for a lane if one is free. */
  take(lane: string): boolean {
    if (this.free <= 0) return false
    this.#taken.set(lane, this.takenBy(lane) + 1)
    this.#everTaken.set(lane, this.everTakenBy(lane) + 1)
    this.#onChange()
    return true
  }

  release(lane: string): void {
    this.#taken.set(lane, this.takenBy(lane) - 1)
    this.#onChange()
  }
}
