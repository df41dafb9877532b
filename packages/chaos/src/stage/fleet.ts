import { setTimeout as wait } from 'node:timers/promises'
import { until } from '../until.ts'
import type { Program } from './program.ts'

/** A place for an overseer or a worker; as under `Restart=always`, one that ends is followed by another. */
interface Berth {
  readonly role: 'overseer' | 'worker'
  readonly number: number
  program: Program | null
  /** Nobody is started here before, in ms since 1970. */
  notBefore: number
}

/** How many there are of each. */
export interface Crew {
  readonly overseers: number
  readonly workers: number
}

const lookMs = 200
const restartMs = 300
const endWithinMs = 60_000

/** The overseers and workers of an installation, and who starts them again. */
export class Fleet {
  readonly #berths: Berth[]
  readonly #start: (role: 'overseer' | 'worker', number: number) => Program
  readonly #stopping = new AbortController()
  readonly #looking: Promise<void>

  constructor(crew: Crew, start: (role: 'overseer' | 'worker', number: number) => Program) {
    this.#start = start
    this.#berths = [...berths('overseer', crew.overseers), ...berths('worker', crew.workers)]
    this.#looking = this.#keep()
  }

  /** Those that run now. */
  running(role: 'overseer' | 'worker'): Program[] {
    return this.#berths.flatMap(({ role: itsRole, program }) =>
      itsRole === role && program?.isRunning() ? [program] : [],
    )
  }

  /** Nobody takes the place of this program before some time is over. */
  leaveEmpty(program: Program, forMs: number): void {
    const berth = this.#berths.find((one) => one.program === program)
    if (berth) berth.notBefore = Date.now() + forMs
  }

  /** Wakes all up, and has every place taken at once. */
  wakeAll(): void {
    for (const berth of this.#berths) {
      berth.notBefore = 0
      berth.program?.force('SIGCONT')
    }
  }

  /** Ends all, the workers first: what they were at is settled. @returns those that had to be killed */
  async stop(): Promise<Program[]> {
    this.#stopping.abort()
    await this.#looking
    this.wakeAll()
    const killed: Program[] = []
    for (const role of ['worker', 'overseer'] as const) {
      const programs = this.running(role)
      for (const program of programs) program.stop()
      await until(endWithinMs, async () => programs.every((program) => !program.isRunning()))
      for (const program of programs.filter((one) => one.isRunning())) {
        killed.push(program)
        program.force('SIGKILL')
      }
      await Promise.all(programs.map(({ ended }) => ended))
    }
    return killed
  }

  async #keep(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      for (const berth of this.#berths) this.#fill(berth)
      await wait(lookMs, undefined, { signal }).catch(() => {})
    }
  }

  #fill(berth: Berth): void {
    if (berth.program?.isRunning() || Date.now() < berth.notBefore) return
    berth.program = this.#start(berth.role, berth.number)
    berth.notBefore = Date.now() + restartMs
  }
}

function berths(role: Berth['role'], count: number): Berth[] {
  return Array.from({ length: count }, (_, index) => ({ role, number: index + 1, program: null, notBefore: 0 }))
}
