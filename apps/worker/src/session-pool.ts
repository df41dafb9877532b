import type { ResolvedDatabase } from '@querypool/shared/config'
import { cleanSession, openSession, type Session } from './session.ts'

/** A session that waits for work, or for the end of its cleaning. */
interface Idle {
  readonly session: Session
  readonly since: number
  /** Whether it has come out clean. */
  readonly cleaned: Promise<boolean>
}

// One that was cleaned a moment ago is taken without asking whether it still lives.
const freshMs = 1000

/** The sessions of a worker: at most one per slot, used again after a cleaning. */
export class SessionPool {
  readonly #database: ResolvedDatabase
  readonly #idle: Idle[] = []
  readonly #busy = new Set<Session>()

  readonly #onOpen: (pid: number) => void

  /** @param onOpen told the server process of each session that is opened for work */
  constructor(database: ResolvedDatabase, onOpen: (pid: number) => void) {
    this.#database = database
    this.#onOpen = onOpen
  }

  /**
   * Lends a session; what it has begun is rolled back afterwards, a broken one is thrown away. It is cleaned while its
   * borrower goes on, and lent again when that is done.
   */
  async use<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.#take()
    this.#busy.add(session)
    let isOver = false
    try {
      const value = await work(session)
      isOver = await succeeds(session.client.query('ROLLBACK'))
      return value
    } finally {
      this.#busy.delete(session)
      if (isOver) this.#idle.push({ session, since: Date.now(), cleaned: succeeds(cleanSession(session.client)) })
      else endSession(session)
    }
  }

  /** The server processes that work now. */
  busyPids(): number[] {
    return [...this.#busy].map((session) => session.pid)
  }

  /** Cancels in the database whatever runs now. */
  cancelAll(): Promise<void> {
    return this.cancel(this.busyPids())
  }

  /** Cancels in the database what these server processes run, through a session of its own. */
  async cancel(pids: readonly number[]): Promise<void> {
    if (pids.length === 0) return
    const { client } = await openSession(this.#database)
    await client
      .query('SELECT pg_cancel_backend(pid) FROM unnest($1::int[]) AS pid', [pids])
      .finally(() => client.end())
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#idle.splice(0).map(({ session }) => session.client.end()))
  }

  // A session may have died while it was idle; a new one shows whether the database is there.
  async #take(): Promise<Session> {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      const { session, since, cleaned } = idle
      const isFresh = Date.now() - since < freshMs
      if ((await cleaned) && (isFresh || (await succeeds(session.client.query('SELECT'))))) return session
      endSession(session)
    }
    const session = await openSession(this.#database)
    this.#onOpen(session.pid)
    return session
  }
}

function endSession({ client }: Session): void {
  void client.end().catch(() => {})
}

function succeeds(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  )
}
