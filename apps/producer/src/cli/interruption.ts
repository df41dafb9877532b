/**
 * Ctrl-C and SIGTERM while a run is handed over and watched. None is missed: one that comes between the commit of the run
 * and the watching of it is acted upon as soon as somebody can. Until then a second one ends the process, with status 4.
 */
export class Interruption {
  #count = 0
  #act: ((count: number) => void) | null = null

  constructor() {
    process.on('SIGINT', this.#interrupt)
    process.on('SIGTERM', this.#interrupt)
  }

  /** From now on this is called at each, with how many there have been; at once if there was one already. */
  actWith(act: (count: number) => void): void {
    this.#act = act
    if (this.#count > 0) act(this.#count)
  }

  /** Leaves the signals to their usual effect again. */
  end(): void {
    process.off('SIGINT', this.#interrupt)
    process.off('SIGTERM', this.#interrupt)
  }

  readonly #interrupt = (): void => {
    this.#count++
    if (this.#act !== null) this.#act(this.#count)
    else if (this.#count > 1) process.exit(4)
  }
}
