interface Turns<T> {
  readonly running: Promise<T>
  next: Promise<T> | null
}

/**
 * Work that is done once at a time for each key. Whoever asks for it while it is being done shares the next turn with all who
 * ask meanwhile, so that it begins after each of them has asked.
 */
export class SharedTurns<T> {
  readonly #turns = new Map<string, Turns<T>>()

  /** @returns what the turn comes to that begins now or next */
  take(key: string, work: () => Promise<T>): Promise<T> {
    const turns = this.#turns.get(key)
    if (turns === undefined) return this.#begin(key, work)
    const begin = (): Promise<T> => this.#begin(key, work)
    turns.next ??= turns.running.then(begin, begin)
    return turns.next
  }

  #begin(key: string, work: () => Promise<T>): Promise<T> {
    const running = work()
    const turns: Turns<T> = { running, next: null }
    this.#turns.set(key, turns)
    const end = (): void => {
      if (turns.next === null) this.#turns.delete(key)
    }
    running.then(end, end)
    return running
  }
}
