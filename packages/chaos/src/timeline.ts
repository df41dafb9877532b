/** Something that happened in a round. */
export interface Moment {
  readonly at: Date
  /** What it was about: a kind of fault, a program, a run. */
  readonly about: string
  readonly what: string
}

/** What has happened since the round began, told when something turns out to be wrong. */
export class Timeline {
  #startedAt = new Date()
  #moments: Moment[] = []

  /** Forgets what was: another round begins. */
  begin(): void {
    this.#startedAt = new Date()
    this.#moments = []
  }

  note(about: string, what: string): void {
    this.add({ at: new Date(), about, what })
  }

  /** Adds what was found out later. */
  add(moment: Moment): void {
    this.#moments.push(moment)
  }

  /** All of it in order, a line each, with the seconds since the round began. */
  lines(): string[] {
    return this.#moments
      .toSorted((one, other) => one.at.getTime() - other.at.getTime())
      .map(({ at, about, what }) => {
        const seconds = (at.getTime() - this.#startedAt.getTime()) / 1000
        return `${seconds.toFixed(2).padStart(8)} s  ${about.padEnd(18)}  ${what}`
      })
  }
}
