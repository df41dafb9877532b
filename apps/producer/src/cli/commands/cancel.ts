import { setTimeout as delay } from 'node:timers/promises'
import { QueryPoolError } from '@querypool/shared/errors'
import type { RunView } from '@querypool/shared/journal'
import { Command } from 'commander'
import type { Services } from '../../environment/index.ts'
import { requester } from '../requester.ts'
import { withServices } from '../with-services.ts'

interface CancelOptions {
  readonly json?: true
}

const pollMs = 500
const abandonedAfterMs = 1500

/** `querypool cancel`: ends a run, and waits until it has ended. */
export function cancelCommand(): Command {
  return new Command('cancel')
    .description('Cancel a run: what waits is not started any more, what runs is cancelled in the database.')
    .argument('<run>', 'id of the run, its first characters, or its key')
    .option('--json', 'print one JSON document')
    .action(cancel)
}

async function cancel(runName: string, { json }: CancelOptions): Promise<void> {
  await withServices(async (services) => {
    const { readRun, requestCancel } = await import('@querypool/shared/journal')
    const asked = await readRun(services.journal, runName)
    if (!(await requestCancel(services.journal, asked.run, requester()))) {
      const { run, state } = await readRun(services.journal, asked.run)
      throw new QueryPoolError('QP_RUN_OVER', `The run ${run} is over already: ${state}.`)
    }
    const run = await waitUntilOver(services, asked)
    const { exitStatusOf } = await import('../views/exit-status-of.ts')
    process.exitCode = exitStatusOf(run.state)
    if (json) {
      const { printJson } = await import('../print-json.ts')
      return printJson({ runId: run.run, batch: run.batch, state: run.state, counts: run.counts })
    }
    const { renderCounts } = await import('../views/render-counts.ts')
    console.log(`Run ${run.run} ${run.state}: ${renderCounts(run)}`)
  })
}

/** An overseer may be about to start or to die, so a run counts as abandoned only when it stays without one for a while. */
async function waitUntilOver(services: Services, { run: id, generation }: RunView): Promise<RunView> {
  const { listenToRuns, readRun } = await import('@querypool/shared/journal')
  const { isTerminal } = await import('@querypool/shared/run')
  const { isAbandoned } = await import('../is-abandoned.ts')
  let wake = new AbortController()
  const listener = await listenToRuns(services.journal, (changed) => changed === id && wake.abort())
  let overseenAt = Date.now()
  try {
    while (true) {
      wake = new AbortController()
      const run = await readRun(services.journal, id, generation)
      if (isTerminal(run.state)) return run
      if (!(await isAbandoned(services.journal, run))) overseenAt = Date.now()
      else if (Date.now() - overseenAt >= abandonedAfterMs) {
        const { cancelAbandoned } = await import('@querypool/shared/journal')
        const { writeReport } = await import('../../overseer/index.ts')
        await cancelAbandoned(services.journal, id, (ended) => writeReport(services.journal, services.store, ended))
        await removeQueues(services, id)
        overseenAt = Date.now()
      }
      await delay(pollMs, undefined, { signal: wake.signal }).catch(() => {})
    }
  } finally {
    await listener.close()
  }
}

/** Takes away what an abandoned run has left in Redis. When Redis does not answer, it stays: nothing depends on it. */
async function removeQueues({ journal, redisUrl }: Services, run: string): Promise<void> {
  const { checkRedis, connectQueues, openRunQueue, privateQueueNames, removeRunQueue } = await import(
    '@querypool/shared/queue'
  )
  try {
    await checkRedis(redisUrl)
  } catch {
    return
  }
  const connection = connectQueues(redisUrl, journal.installation)
  try {
    await removeRunQueue(openRunQueue(connection, privateQueueNames(run)))
  } finally {
    await connection.close()
  }
}
