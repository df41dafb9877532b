/**
 * Ctrl-C and SIGTERM from when a run is handed over until the command is over. None is missed: one that comes between the
 * commit of the run and the watching of it is acted upon as soon as somebody can. While nobody acts, a second one ends the
 * process, with status 4.
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

  /** From now on nobody acts: the first one that comes as a run ends does not take its outcome away. */
  actNoMore(): void {
    this.#act = null
  }

  readonly #interrupt = (): void => {
    this.#count++
    if (this.#act !== null) this.#act(this.#count)
    else if (this.#count > 1) process.exit(4)
  }
}
