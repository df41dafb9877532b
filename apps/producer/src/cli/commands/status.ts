import { Command } from 'commander'
import { generationOption } from '../generation-option.ts'
import { withServices } from '../with-services.ts'

interface StatusOptions {
  readonly watch?: true
  readonly generation?: number
  readonly json?: true
}

/** `querypool status`: what has become of a run so far. */
export function statusCommand(): Command {
  return new Command('status')
    .description('Show a run: its queries, its failures and its events.')
    .argument('<run>', 'id of the run, its first characters, or its key')
    .option('--watch', 'show the progress until the run is over; the exit status is then that of the run')
    .addOption(generationOption())
    .option('--json', 'print one JSON document')
    .action(status)
}

async function status(runName: string, options: StatusOptions): Promise<void> {
  await withServices(async ({ journal, redisUrl }) => {
    const { isAbandoned, readRun } = await import('@querypool/shared/journal')
    const { isTerminal } = await import('@querypool/shared/run')
    let run = await readRun(journal, runName, options.generation)
    if (options.watch && !isTerminal(run.state)) {
      const { watchRun } = await import('../views/watch-run.ts')
      const out = process.stderr
      const isInteractive = out.isTTY === true
      run = await watchRun(journal, run.run, { out, isInteractive, signal: abortedOnInterrupt(), redisUrl })
    }
    const { explainWaiting } = await import('../../waiting/index.ts')
    const extras = {
      isAbandoned: await isAbandoned(journal, run),
      waiting: await explainWaiting(journal, redisUrl, run),
    }
    const { printStatus, printStatusDocument } = await import('../views/print-status.ts')
    await (options.json ? printStatusDocument : printStatus)(journal, run, extras)
    if (options.watch && isTerminal(run.state)) {
      const { exitStatusOf } = await import('../views/exit-status-of.ts')
      process.exitCode = exitStatusOf(run.state)
    }
  })
}

/** Ctrl-C ends the watching, not the run. */
function abortedOnInterrupt(): AbortSignal {
  const controller = new AbortController()
  process.once('SIGINT', () => controller.abort())
  return controller.signal
}
