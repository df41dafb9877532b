/** What an overseer hears of a worker when it looks: what it runs, and when it said so, by its own clock. */
interface Said {
  readonly id: string
  /** Null: a worker of an older version, whose being there is its word. */
  readonly saidAt: string | null
  readonly attempts: readonly string[]
}

/** One look at the register of the workers, by the overseer's own clock, which only goes forward. */
export interface RegisterLook {
  readonly askedAtMs: number
  readonly answeredAtMs: number
  /** The Redis that answered, and the connection to it: another one after a restart, a failover, a break. */
  readonly connection: string
  readonly workers: readonly Said[]
}

/**
 * Since when nobody has said of attempts that he runs them. Only the time between looks counts for which Redis was there
 * without a break, as far as this overseer can tell: after an outage, in which no worker can say anything, all begin anew.
 */
export class Silence {
  readonly #limitMs: number
  readonly #lookEveryMs: number
  #last: RegisterLook | null = null
  #silentMs = new Map<string, number>()

  /**
   * @param limitMs how long nobody must have said of an attempt that he runs it
   * @param lookEveryMs how often is looked; with three times as long in between, an overseer has stood still itself
   */
  constructor(limitMs: number, lookEveryMs: number) {
    this.#limitMs = limitMs
    this.#lookEveryMs = lookEveryMs
  }

  /**
   * Takes a look.
   * @param attempts those that run in a database, as that says
   * @returns those of them that have been silent for the limit
   */
  look(look: RegisterLook, attempts: readonly string[]): Set<string> {
    const last = this.#last
    const heard = heardIn(look, last)
    const passedMs = last !== null && this.#isUnbroken(last, look) ? look.askedAtMs - last.answeredAtMs : null
    const before = this.#silentMs
    this.#last = look
    this.#silentMs = new Map()
    for (const attempt of attempts) {
      if (heard.has(attempt)) continue
      const silentMs = before.get(attempt)
      this.#silentMs.set(attempt, passedMs === null || silentMs === undefined ? 0 : silentMs + passedMs)
    }
    return new Set([...this.#silentMs].filter(([, silentMs]) => silentMs >= this.#limitMs).map(([attempt]) => attempt))
  }

  #isUnbroken(last: RegisterLook, look: RegisterLook): boolean {
    return (
      look.connection === last.connection &&
      look.askedAtMs - last.answeredAtMs <= 3 * this.#lookEveryMs &&
      look.answeredAtMs - look.askedAtMs <= this.#lookEveryMs
    )
  }
}

/** The attempts of which somebody has said since the last look that he runs them. */
function heardIn(look: RegisterLook, last: RegisterLook | null): Set<string> {
  const saidBefore = new Map(last?.workers.map(({ id, saidAt }) => [id, saidAt]))
  const spoke = look.workers.filter(({ id, saidAt }) => saidAt === null || saidBefore.get(id) !== saidAt)
  return new Set(spoke.flatMap(({ attempts }) => attempts))
}
