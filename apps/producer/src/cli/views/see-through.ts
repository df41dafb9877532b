import { resolve } from 'node:path'
import { countOverseers, type Journal, type RunView, readRun, requestCancel } from '@querypool/shared/journal'
import { isTerminal } from '@querypool/shared/run'
import type { Services } from '../../environment/index.ts'
import type { Attendant } from '../../private-run/index.ts'
import type { Interruption } from '../interruption.ts'
import { printJson } from '../print-json.ts'
import { requester } from '../requester.ts'
import { copyResults } from './copy-results.ts'
import { exitStatusOf } from './exit-status-of.ts'
import { printSummary } from './print-summary.ts'
import { printRunDocument } from './run-document.ts'
import { watchRun } from './watch-run.ts'

/** How a command sees a run through that it has started. */
export interface SeeingOptions {
  readonly output?: string
  readonly detach?: true
  readonly json?: true
}

/** A run that was started or taken up, and who looks after its overseer; null: nobody has to. */
interface Started {
  readonly run: string
  readonly attendant: Attendant | null
}

/**
 * Watches a run to its end, shows what it came to, and sets the exit status; or leaves it to itself, if told to.
 * @param startedMs when the command was started, on the clock of `performance.now()`
 */
export async function seeThrough(
  services: Services,
  { run, attendant }: Started,
  interruption: Interruption,
  options: SeeingOptions,
  startedMs: number,
): Promise<void> {
  const startupMs = performance.now() - startedMs
  const view = await readRun(services.journal, run)
  if (options.detach) {
    attendant?.leave()
    if (options.json) printJson({ runId: run, batch: view.batch, generation: view.generation, state: view.state })
    else tell(`Run ${run} goes on by itself. See: querypool status ${run} --watch`)
    return
  }
  const ended = await attendToEnd(services, run, attendant, interruption, options.json === true)
  interruption.actNoMore()
  if (ended === null) return
  await showEnd(services, ended, options, startupMs)
  process.exitCode = exitStatusOf(ended.state)
  await attendant?.ended()
}

/** Tells a person something on standard error. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Tells a person when nobody is there who would take up a shared run. */
export async function tellWithoutOverseer(journal: Journal, run: string): Promise<void> {
  if ((await countOverseers(journal)) === 0)
    tell(`No overseer is running, so run ${run} waits until one is: querypool serve (or: querypool up).`)
}

/** Watches a run to its end. Ctrl-C asks for a cancel, twice leaves: then null is returned. */
async function attendToEnd(
  services: Services,
  run: string,
  attendant: Attendant | null,
  interruption: Interruption,
  isQuiet: boolean,
): Promise<RunView | null> {
  const leaving = new AbortController()
  interruption.actWith((count) => {
    if (count > 1) return leaving.abort()
    requestCancel(services.journal, run, requester()).catch(() => {
      tell('The journal does not answer; press Ctrl-C again to leave.')
    })
  })
  const out = process.stderr
  const view = await watchRun(services.journal, run, {
    out,
    isInteractive: out.isTTY === true && !isQuiet,
    signal: leaving.signal,
    redisUrl: services.redisUrl,
  })
  if (isTerminal(view.state)) return view
  attendant?.leave()
  const fate = view.cancelRequestedAt === null ? 'is left to itself' : 'is cancelled without this command'
  tell(`Run ${run} ${fate}. Come back with: querypool status ${run} --watch`)
  process.exitCode = 4
  return null
}

async function showEnd(services: Services, run: RunView, options: SeeingOptions, startupMs: number): Promise<void> {
  const folder = options.output === undefined ? null : resolve(options.output)
  if (folder !== null) await copyResults(services, run, folder)
  if (options.json) await printRunDocument(services.journal, run, { startupMs })
  else await printSummary(services.journal, run, process.stdout, folder)
}
