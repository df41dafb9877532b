import { QueryPoolError } from '@querypool/shared/errors'
import { countOverseers, type Journal, type RunPulse, readEvents } from '@querypool/shared/journal'
import type { Connection } from './connection.ts'

const everyMs = 1000
const mostEvents = 50

/** Tells what happens to a run while it is waited for, so that nobody waits without knowing why. */
export class EventTeller {
  readonly #connection: Connection
  readonly #told = new Set<string>()
  #nextAt = 0

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /**
   * Looks, at most once a second, whether there is something to tell.
   * @throws QP_DATABASE_NOT_CONFIGURED when the run waits for a database that the overseer does not know
   */
  async look(journal: Journal, pulse: RunPulse): Promise<void> {
    const isWaiting = pulse.state === 'queued' && !pulse.private && !pulse.cancelRequested
    if (Date.now() < this.#nextAt || (!isWaiting && this.#connection.onEvent === null)) return
    this.#nextAt = Date.now() + everyMs
    for (const { at, code, message } of await readEvents(journal, pulse.run, mostEvents)) {
      if (isWaiting && code === 'QP_DATABASE_NOT_CONFIGURED') throw notConfigured(pulse.run, message)
      this.#tell(`${at.toISOString()} ${code} ${message}`, pulse.run, at, code, message)
    }
    if (isWaiting && (await countOverseers(journal)) === 0) {
      const message = `Run ${pulse.run} waits: no overseer is running (querypool serve).`
      this.#tell('QP_NO_OVERSEER', pulse.run, new Date(), 'QP_NO_OVERSEER', message)
    }
  }

  #tell(key: string, runId: string, at: Date, code: string, message: string): void {
    if (this.#told.has(key)) return
    this.#told.add(key)
    if (this.#connection.onEvent) this.#connection.onEvent({ runId, at, code, message })
    else if (code === 'QP_NO_OVERSEER') process.emitWarning(message, { type: 'QueryPoolWarning', code })
  }
}

function notConfigured(run: string, message: string): QueryPoolError {
  return new QueryPoolError('QP_DATABASE_NOT_CONFIGURED', `Run ${run} waits: ${message}`, {
    remedy: 'Configure the database for the overseers and wait again, or cancel the run.',
  })
}
