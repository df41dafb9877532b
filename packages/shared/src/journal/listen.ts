import pg from 'pg'
import { keepAlive } from '../database/index.ts'
import type { Journal } from './journal.ts'

/** Hears of changes to runs. */
export interface Listener {
  close(): Promise<void>
}

const reconnectMs = 1000

/**
 * Calls back with a run's id whenever something of it has changed in the journal, and with `<id>/<generation>` too when a
 * further generation of it was opened. After a lost connection it comes back by itself; what was missed meanwhile is not
 * told, so whoever listens must also look now and then.
 *
 * @param also who is told of runs to which queries were added or whose input was closed (`onInput`), and of runs that were
 *   cancelled or stopped (`onEnding`)
 */
export async function listenToRuns(
  journal: Journal,
  onChange: (run: string) => void,
  also: { readonly onInput?: (run: string) => void; readonly onEnding?: (run: string) => void } = {},
): Promise<Listener> {
  const channels = new Map<string, (run: string) => void>()
  if (also.onInput) channels.set('querypool_input', also.onInput)
  if (also.onEnding) channels.set('querypool_ending', also.onEnding)
  const hear = (channel: string, run: string): void => (channels.get(channel) ?? onChange)(run)
  let closed = false
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined
  const connect = async (): Promise<void> => {
    if (closed) return
    const next = new pg.Client({ connectionString: journal.url, application_name: 'querypool-listen', ...keepAlive })
    client = next
    next.on('error', () => {})
    next.on('end', again)
    next.on('notification', ({ channel, payload = '' }) => hear(channel, payload))
    await next.connect()
    await next.query(['querypool_run', ...channels.keys()].map((channel) => `LISTEN ${channel}`).join('; '))
  }
  const again = (): void => {
    if (closed) return
    clearTimeout(timer)
    timer = setTimeout(() => connect().catch(again), reconnectMs)
    timer.unref()
  }
  await connect().catch(again)
  return {
    close: async () => {
      closed = true
      clearTimeout(timer)
      await client?.end().catch(() => {})
    },
  }
}

/**
 * Tells whoever listens that these runs have changed. Not part of what settles an attempt: PostgreSQL commits
 * transactions that notify one after the other, each after the disk has taken the last.
 */
export async function tellOfRuns(journal: Journal, runs: readonly string[]): Promise<void> {
  if (runs.length === 0) return
  await journal.pool.query("SELECT pg_notify('querypool_run', run) FROM unnest($1::text[]) AS run", [runs])
}
