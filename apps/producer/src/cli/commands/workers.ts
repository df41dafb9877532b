import { QueryPoolError } from '@querypool/shared/errors'
import type { WorkerOrder, WorkerRecord } from '@querypool/shared/queue'
import { Command } from 'commander'
import { addListing } from '../add-listing.ts'
import { withQueues } from '../with-queues.ts'

/** `querypool workers`: who works for the installation, and on what; lets workers drain. */
export function workersCommand(): Command {
  const workers = new Command('workers').description('Show the workers and what they run; drain them.')
  addListing(workers, 'Show the workers and what they run.', listWorkers)
  workers.addCommand(orderCommand('drain', 'Let workers take nothing new; what they run goes on to its end.'))
  workers.addCommand(orderCommand('resume', 'Let drained workers take queries again.'))
  return workers
}

function orderCommand(name: 'drain' | 'resume', description: string): Command {
  return new Command(name)
    .description(description)
    .argument('[worker...]', 'their names')
    .option('--all', 'all workers that are there now')
    .action((names: string[], { all }: { all?: true }) => orderThem(name === 'drain' ? 'drain' : 'work', names, all))
}

async function listWorkers({ json }: { json?: true }): Promise<void> {
  await withQueues(async ({ redis, prefix }) => {
    const { readWorkers } = await import('@querypool/shared/queue')
    const workers = await readWorkers(redis, prefix)
    if (json) {
      const { printJson } = await import('../print-json.ts')
      return printJson({ workers })
    }
    const { renderWorkers } = await import('../views/render-workers.ts')
    console.log(
      workers.length === 0 ? 'No worker is there. Start one: querypool worker' : renderWorkers(workers, new Date()),
    )
  })
}

async function orderThem(order: WorkerOrder, names: readonly string[], all: true | undefined): Promise<void> {
  if ((names.length === 0) === (all === undefined))
    throw new QueryPoolError('QP_USAGE', 'Name workers, or say --all.', {
      remedy: 'See them with `querypool workers`.',
    })
  await withQueues(async ({ redis, prefix }) => {
    const { orderWorkers, readWorkers } = await import('@querypool/shared/queue')
    const workers = await readWorkers(redis, prefix)
    const chosen = all ? workers.map(({ id }) => id) : names.map((name) => idOf(workers, name))
    await orderWorkers(redis, prefix, chosen, order)
    const told = order === 'drain' ? 'take nothing new from now on' : 'take queries again'
    console.log(`${chosen.length === 0 ? 'No worker is there.' : `${chosen.join(', ')}: ${told}.`}`)
  })
}

function idOf(workers: readonly WorkerRecord[], name: string): string {
  if (workers.some(({ id }) => id === name)) return name
  const known = workers.map(({ id }) => id).join(', ') || 'none'
  throw new QueryPoolError('QP_WORKER_UNKNOWN', `There is no worker "${name}"; there are: ${known}.`)
}
