import type { RunState } from '@querypool/shared/run'
import { Command, Option } from 'commander'
import { withServices } from '../with-services.ts'

interface RunsOptions {
  readonly batch?: string
  readonly state?: RunState
  readonly json?: true
}

const states = ['queued', 'running', 'succeeded', 'partial', 'failed', 'cancelled'] as const satisfies RunState[]
const mostRuns = 100

/** `querypool runs`: the latest runs that the journal knows. */
export function runsCommand(): Command {
  return new Command('runs')
    .description(`List runs, the latest first (at most ${mostRuns}).`)
    .option('--batch <name>', 'only runs of this batch')
    .addOption(new Option('--state <state>', 'only runs in this state').choices(states))
    .option('--json', 'print one JSON document')
    .action(listRuns)
}

async function listRuns({ batch, state, json }: RunsOptions): Promise<void> {
  await withServices(async ({ journal }) => {
    const { readRuns } = await import('@querypool/shared/journal')
    const runs = await readRuns(journal, {
      most: mostRuns,
      ...(batch === undefined ? {} : { batch }),
      ...(state === undefined ? {} : { state }),
    })
    if (json) {
      const { printJson } = await import('../print-json.ts')
      return printJson({ runs })
    }
    if (runs.length === 0) return console.log('There are no such runs.')
    const { renderRuns } = await import('../views/render-runs.ts')
    console.log(renderRuns(runs))
  })
}
