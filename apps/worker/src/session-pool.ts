import { cleanSession, openSession, type Session } from './session.ts'

/** The sessions of a worker: at most one per slot, used again after a cleaning. */
export class SessionPool {
  readonly #databaseUrl: string
  readonly #idle: Session[] = []
  readonly #busy = new Set<Session>()

  readonly #onOpen: (pid: number) => void

  /** @param onOpen told the server process of each session that is opened for work */
  constructor(databaseUrl: string, onOpen: (pid: number) => void) {
    this.#databaseUrl = databaseUrl
    this.#onOpen = onOpen
  }

  /** Lends a session; what it has begun is rolled back and cleaned away afterwards, a broken one is thrown away. */
  async use<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.#take()
    this.#busy.add(session)
    let isClean = false
    try {
      const value = await work(session)
      isClean = await clean(session)
      return value
    } finally {
      this.#busy.delete(session)
      if (isClean) this.#idle.push(session)
      else void session.client.end().catch(() => {})
    }
  }

  /** The server processes that work now. */
  busyPids(): number[] {
    return [...this.#busy].map((session) => session.pid)
  }

  /** Cancels in the database whatever runs now, through a session of its own. */
  async cancelAll(): Promise<void> {
    const pids = this.busyPids()
    if (pids.length === 0) return
    const { client } = await openSession(this.#databaseUrl)
    await client
      .query('SELECT pg_cancel_backend(pid) FROM unnest($1::int[]) AS pid', [pids])
      .finally(() => client.end())
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#idle.splice(0).map((session) => session.client.end()))
  }

  // A session may have died while it was idle; a new one shows whether the database is there.
  async #take(): Promise<Session> {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      const alive = await idle.client.query('SELECT').then(
        () => true,
        () => false,
      )
      if (alive) return idle
      void idle.client.end().catch(() => {})
    }
    const session = await openSession(this.#databaseUrl)
    this.#onOpen(session.pid)
    return session
  }
}

async function clean(session: Session): Promise<boolean> {
  try {
    await session.client.query('ROLLBACK')
    await cleanSession(session.client)
    return true
  } catch {
    return false
  }
}
