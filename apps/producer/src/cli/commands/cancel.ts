import { setTimeout as delay } from 'node:timers/promises'
import { QueryPoolError } from '@querypool/shared/errors'
import type { RunView } from '@querypool/shared/journal'
import { Command } from 'commander'
import type { Services } from '../../environment/index.ts'
import { requester } from '../requester.ts'
import { withServices } from '../with-services.ts'

interface CancelOptions {
  readonly force?: true
  readonly json?: true
}

/** How a cancelled run has ended. */
interface Ended {
  readonly run: RunView
  /** Why it is not known that nothing of it is left in its database; null: it is. */
  readonly unconfirmed: string | null
}

const pollMs = 500
const tellAfterMs = 3000
const forceAfterMs = 1500

/** `querypool cancel`: ends a run, and waits until it is known that nothing of it runs any more. */
export function cancelCommand(): Command {
  return new Command('cancel')
    .description('Cancel a run: what waits is not started any more, what runs is cancelled in the database.')
    .argument('<run>', 'id of the run, its first characters, or its key')
    .option('--force', 'end it also when nobody can tell whether something of it still runs in the database')
    .option('--json', 'print one JSON document')
    .action(cancel)
}

async function cancel(runName: string, { force, json }: CancelOptions): Promise<void> {
  await withServices(async (services) => {
    const { readRun } = await import('@querypool/shared/journal')
    const asked = await readRun(services.journal, runName)
    await request(services, asked)
    const { run, unconfirmed } = await waitUntilOver(services, asked, force === true)
    const { exitStatusOf } = await import('../views/exit-status-of.ts')
    process.exitCode = exitStatusOf(run.state)
    if (unconfirmed !== null) tell('Ended without confirmation', 'QP_CANCEL_UNCONFIRMED', `${unconfirmed}.`)
    if (json) {
      const { printJson } = await import('../print-json.ts')
      const { run: runId, batch, state, counts } = run
      return printJson({ runId, batch, state, counts, confirmed: unconfirmed === null })
    }
    const { renderCounts } = await import('../views/render-counts.ts')
    console.log(`Run ${run.run} ${run.state}: ${renderCounts(run)}`)
  })
}

/** @throws QP_RUN_OVER */
async function request({ journal, store }: Services, { run: id, generation }: RunView): Promise<void> {
  const { endMoreUnclaimed, finishRun, readRun, requestCancel } = await import('@querypool/shared/journal')
  const answer = await requestCancel(journal, id, requester())
  if (answer === 'over') {
    const { run, state } = await readRun(journal, id)
    throw new QueryPoolError('QP_RUN_OVER', `The run ${run} is over already: ${state}.`)
  }
  if (answer === 'asked') return
  // Nothing of it can be anywhere, so nobody else is needed.
  while (await endMoreUnclaimed(journal, id, generation));
  const { writeReport } = await import('../../overseer/index.ts')
  await finishRun(journal, id, (ended) => writeReport(journal, store, ended))
}

/** An overseer may be about to start or to die, so it is told or forced only after a while. */
async function waitUntilOver(services: Services, { run: id, generation }: RunView, isForced: boolean): Promise<Ended> {
  const { journal } = services
  const { followRun, listenToRuns } = await import('@querypool/shared/journal')
  const { isTerminal } = await import('@querypool/shared/run')
  const { explainCancel } = await import('../views/explain-cancel.ts')
  let wake = new AbortController()
  const listener = await listenToRuns(journal, (changed) => changed === id && wake.abort())
  const startedAt = Date.now()
  let told = ''
  try {
    while (true) {
      wake = new AbortController()
      const run = await followRun(journal, id, generation)
      if (isTerminal(run.state)) return { run, unconfirmed: null }
      const waitedMs = Date.now() - startedAt
      if (isForced && waitedMs >= forceAfterMs) {
        const { forceEnd } = await import('../force-end.ts')
        return await forceEnd(services, run, (await explainCancel(journal, run)).message)
      }
      const { code, message } =
        waitedMs < tellAfterMs ? { code: null, message: told } : await explainCancel(journal, run)
      if (code !== null && message !== told) tell('Waiting', code, `${message}. To end it unconfirmed: --force`)
      told = message
      await delay(pollMs, undefined, { signal: wake.signal }).catch(() => {})
    }
  } finally {
    await listener.close()
  }
}

function tell(what: string, code: string, message: string): void {
  process.stderr.write(`${what}: ${message} [${code}]\n`)
}
