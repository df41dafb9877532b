/** One holder for each key at a time, in the order in which they came. */
export class KeyLocks {
  readonly #last = new Map<string, Promise<void>>()

  /** Waits for its turn. @returns what gives it up */
  async take(key: string): Promise<() => void> {
    const before = this.#last.get(key)
    let free = (): void => {}
    const held = new Promise<void>((resolve) => {
      free = resolve
    })
    this.#last.set(
      key,
      held.then(() => {}),
    )
    await before
    return free
  }
}
