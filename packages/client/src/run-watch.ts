const pollMs = 1000

/** Waits for changes of one run. */
export class RunWatch {
  readonly run: string
  readonly #signal: AbortSignal
  readonly #onStop: () => void
  #isWoken = false
  #onWake: (() => void) | null = null

  constructor(run: string, signal: AbortSignal, onStop: () => void) {
    this.run = run
    this.#signal = signal
    this.#onStop = onStop
  }

  /** Says that something of the run has changed. */
  wake(): void {
    this.#isWoken = true
    this.#onWake?.()
  }

  /**
   * Waits until something has changed since the last time, or a second has passed.
   * @throws the signal's reason when it is aborted
   */
  async wait(): Promise<void> {
    this.#signal.throwIfAborted()
    if (!this.#isWoken)
      await new Promise<void>((resolve) => {
        const end = (): void => {
          clearTimeout(timer)
          this.#signal.removeEventListener('abort', end)
          this.#onWake = null
          resolve()
        }
        const timer = setTimeout(end, pollMs)
        this.#onWake = end
        this.#signal.addEventListener('abort', end, { once: true })
      })
    this.#isWoken = false
    this.#signal.throwIfAborted()
  }

  stop(): void {
    this.#onStop()
  }
}
