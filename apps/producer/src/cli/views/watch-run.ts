import {
  followRun,
  type Journal,
  listenToRuns,
  type QueryView,
  type RunView,
  readEvents,
  readQueries,
  readRun,
} from '@querypool/shared/journal'
import { mostForecast } from '@querypool/shared/plan'
import { isTerminal } from '@querypool/shared/run'
import { explainWaiting } from '../../waiting/index.ts'
import { openLiveScreen, openPlainScreen } from './progress-screen.ts'
import { readRunning } from './read-running.ts'
import type { Snapshot } from './render-progress.ts'

const pollMs = 500
const shortestReadGapMs = 200
const mostRunningRead = 100
const mostEventsRead = 50
// How long nothing may run before it is said why.
const silenceMs = 3000

/** How a run is watched. */
export interface WatchOptions {
  readonly out: NodeJS.WriteStream
  /** Whether `out` is a terminal on which a block can be written anew. */
  readonly isInteractive: boolean
  /** Ends the watching; the run goes on. */
  readonly signal: AbortSignal
  /** Takes what would otherwise be announced on `out`: events of the run, and a journal that does not answer. */
  readonly announce?: (line: string) => void
  /** Where it is looked up why nothing runs. */
  readonly redisUrl: string
}

/**
 * Shows the progress of a run until it is over, and returns it as it then is; when the signal aborts, as it was seen last.
 * It stays with the generation that is the latest one now, or supersedes that: that another one was opened since does not
 * hide how it ended. A journal that does not answer is waited for.
 * @throws QP_RUN_NOT_FOUND
 */
export async function watchRun(journal: Journal, run: string, options: WatchOptions): Promise<RunView> {
  const { signal } = options
  let latest = await readRun(journal, run)
  const screen = options.isInteractive ? openLiveScreen(options.out) : openPlainScreen(options.out)
  const announce = options.announce ?? screen.announce
  const wakeUp = wakeable(signal)
  const listener = await listenToRuns(journal, (changed) => changed === latest.run && wakeUp.wake())
  const seen = new SeenThings()
  let snapshot: Snapshot | null = null
  let isLost = false
  const ticker = options.isInteractive
    ? setInterval(() => snapshot && screen.show(snapshot, []), shortestReadGapMs)
    : undefined
  try {
    while (true) {
      try {
        const next = await takeSnapshot(journal, latest)
        await announceEvents(journal, latest, seen, announce)
        if (next.run.cancelRequestedAt !== null && latest.cancelRequestedAt === null)
          announce(`Cancelling, as ${next.run.cancelRequestedBy} asked … (Ctrl-C leaves the run to itself)`)
        if (isLost) announce('The journal answers again.')
        isLost = false
        if (next.run.generation !== latest.generation) seen.beginAnew()
        snapshot = next
        latest = next.run
        screen.show(next, seen.newlyEnded(next.queries))
        await announceWaiting(journal, options.redisUrl, next.run, seen, announce)
      } catch {
        if (!isLost) announce('The journal does not answer; trying again…')
        isLost = true
      }
      if (signal.aborted || (!isLost && isTerminal(latest.state))) return latest
      await wakeUp.wait(shortestReadGapMs, pollMs)
    }
  } finally {
    clearInterval(ticker)
    screen.close()
    await listener.close()
  }
}

/** Of a run of more queries only the running ones are read, so that watching it costs the journal little. */
async function takeSnapshot(journal: Journal, watched: RunView): Promise<Snapshot> {
  const run = await followRun(journal, watched.run, watched.generation)
  const isWhole = run.queryCount <= mostForecast
  const queries = isWhole ? await readQueries(journal, run) : await readRunning(journal, run, mostRunningRead)
  return { run, queries, isWhole }
}

async function announceEvents(
  journal: Journal,
  { run, requestedAt }: RunView,
  seen: SeenThings,
  announce: (line: string) => void,
): Promise<void> {
  const events = await readEvents(journal, run, mostEventsRead, requestedAt)
  for (const { at, code, message } of events)
    if (seen.isNewEvent(`${at.toISOString()} ${code} ${message}`)) announce(`${message} [${code}]`)
}

/** Says why a run does not go on, when nothing of it has run for a while; once for each reason. */
async function announceWaiting(
  journal: Journal,
  redisUrl: string,
  run: RunView,
  seen: SeenThings,
  announce: (line: string) => void,
): Promise<void> {
  if (!seen.isIdleFor(run, silenceMs)) return
  const [reason] = await explainWaiting(journal, redisUrl, run)
  if (reason && seen.isNewEvent(`waiting ${reason.code}`)) announce(`Waiting: ${reason.message} [${reason.code}]`)
}

/** What was shown already. */
class SeenThings {
  #idleSince: number | null = null
  readonly #ended = new Set<number>()
  readonly #events = new Set<string>()

  /** All queries run again. */
  beginAnew(): void {
    this.#ended.clear()
  }

  newlyEnded(queries: readonly QueryView[]): QueryView[] {
    const ended = queries.filter(
      ({ state, position, carriedFrom }) =>
        state !== 'queued' && state !== 'running' && carriedFrom === null && !this.#ended.has(position),
    )
    for (const { position } of ended) this.#ended.add(position)
    return ended
  }

  /** Whether nothing of the run has run for so long although something waits; asks anew after each yes. */
  isIdleFor({ counts }: RunView, idleMs: number): boolean {
    if (counts.running > 0 || counts.queued === 0) this.#idleSince = null
    else this.#idleSince ??= Date.now()
    if (this.#idleSince === null || Date.now() - this.#idleSince < idleMs) return false
    this.#idleSince = Date.now()
    return true
  }

  isNewEvent(event: string): boolean {
    if (this.#events.has(event)) return false
    this.#events.add(event)
    return true
  }
}

interface Wakeable {
  wake(): void
  /** Waits at least `leastMs`, then until somebody wakes it, or `mostMs` have passed, or the signal has aborted. */
  wait(leastMs: number, mostMs: number): Promise<void>
}

function wakeable(signal: AbortSignal): Wakeable {
  let isWoken = false
  let onWake: (() => void) | null = null
  return {
    wake: () => {
      isWoken = true
      onWake?.()
    },
    wait: (leastMs, mostMs) =>
      new Promise((resolve) => {
        const startedAt = Date.now()
        let earlier: NodeJS.Timeout | undefined
        const end = (): void => {
          clearTimeout(latest)
          clearTimeout(earlier)
          signal.removeEventListener('abort', end)
          onWake = null
          isWoken = false
          resolve()
        }
        const latest = setTimeout(end, mostMs)
        onWake = () => {
          earlier ??= setTimeout(end, Math.max(0, leastMs - (Date.now() - startedAt)))
        }
        signal.addEventListener('abort', end, { once: true })
        if (signal.aborted) end()
        else if (isWoken) onWake()
      }),
  }
}
