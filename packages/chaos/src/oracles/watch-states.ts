import { setTimeout as wait } from 'node:timers/promises'
import type pg from 'pg'

const lookMs = 250

/** Remembers every terminal state and every result of the runs of a round as it comes; what cannot change is compared at the end. */
export class StateWatch {
  /** What it was last, by what it belongs to: `<run>/<generation>` or `<run>/<generation>/<position>`. */
  readonly #seen = new Map<string, string>()
  /** What was found to have changed. */
  readonly changes: string[] = []
  readonly #journal: pg.Pool
  readonly #keys: string
  readonly #stopping = new AbortController()
  readonly #watching: Promise<void>

  /** @param keyPrefix with which the keys of the round's runs begin */
  constructor(journal: pg.Pool, keyPrefix: string) {
    this.#journal = journal
    this.#keys = `${keyPrefix}%`
    this.#watching = this.#watch()
  }

  /** Looks once more, then ends. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#watching
    await this.#look()
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      // A journal that is away is looked at later.
      await this.#look().catch(() => {})
      await wait(lookMs, undefined, { signal }).catch(() => {})
    }
  }

  async #look(): Promise<void> {
    const { rows } = await this.#journal.query<{ what: string; is: string }>(statesSql, [this.#keys])
    for (const { what, is } of rows) {
      const before = this.#seen.get(what)
      if (before !== undefined && before !== is) this.changes.push(`${what} was ${before} and is ${is} now.`)
      this.#seen.set(what, is)
    }
    const now = new Set(rows.map(({ what }) => what))
    for (const what of this.#seen.keys())
      if (!now.has(what)) {
        this.changes.push(`${what} was ${this.#seen.get(what)} and is not there any more.`)
        this.#seen.delete(what)
      }
  }
}

const statesSql = `
  SELECT r.id || '/' || r.generation AS what, r.state || ' at ' || r.finished_at AS is
  FROM querypool.run r WHERE r.key LIKE $1 AND r.state NOT IN ('queued', 'running')
  UNION ALL
  SELECT g.run || '/' || g.generation, g.state || ' at ' || g.finished_at
  FROM querypool.generation g JOIN querypool.run r ON r.id = g.run WHERE r.key LIKE $1
  UNION ALL
  SELECT x.run || '/' || x.generation || '/' || x.position,
    concat_ws(' ', x.state, x.artifact, x.sha256, x.error->>'code', 'in place', x.feed)
  FROM querypool.result x JOIN querypool.run r ON r.id = x.run WHERE r.key LIKE $1`
