import { QueryPoolError } from '@querypool/shared/errors'
import { Command } from 'commander'
import { addListing } from '../add-listing.ts'

import { requester } from '../requester.ts'
import { withQueues } from '../with-queues.ts'
import { withServices } from '../with-services.ts'

type Change = { readonly paused?: boolean; readonly maxConcurrency?: number | null }

const mostConcurrency = 1000

/** `querypool databases`: the databases of the installation with their limits; pauses them and changes limits live. */
export function databasesCommand(): Command {
  const databases = new Command('databases').description(
    'Show the databases and their limits; pause them, change limits.',
  )
  addListing(databases, 'Show the databases, their limits and what runs there.', listDatabases)
  const changing = (name: string, description: string): Command => {
    const command = new Command(name).description(description).argument('<database>', 'its name in querypool.yaml')
    databases.addCommand(command)
    return command
  }
  changing('pause', 'Let nothing new begin on a database; what runs goes on to its end.').action((name: string) =>
    change(name, { paused: true }, 'is paused: what runs goes on, nothing new begins.'),
  )
  changing('resume', 'Let a paused database go on.').action((name: string) =>
    change(name, { paused: false }, 'goes on.'),
  )
  changing('limit', 'Change how many queries may run on a database at once; what runs already goes on.')
    .argument('<n>', `1 to ${mostConcurrency}, or \`configured\` for what querypool.yaml says`)
    .action((name: string, n: string) => {
      const maxConcurrency = readLimit(n)
      const told = maxConcurrency === null ? 'has the configured limit again.' : `may run ${maxConcurrency} at once.`
      return change(name, { maxConcurrency }, told)
    })
  return databases
}

async function change(name: string, what: Change, told: string): Promise<void> {
  const { readConfig } = await import('@querypool/shared/config')
  const config = await readConfig(process.env)
  const configured = config.databases.get(name)
  if (!configured) {
    const known = [...config.databases.keys()].join(', ') || 'none'
    throw new QueryPoolError('QP_DATABASE_UNKNOWN', `There is no database "${name}"; configured are: ${known}.`, {
      remedy: 'Use a name from querypool.yaml.',
    })
  }
  await withServices(async ({ journal, redisUrl }) => {
    const { changeDatabase, countOverseers } = await import('@querypool/shared/journal')
    const { isLimitCarried } = await import('../is-limit-carried.ts')
    await changeDatabase(journal, name, what, requester())
    const wanted = what.maxConcurrency === null ? { maxConcurrency: configured.maxConcurrency } : what
    const isCarried =
      (await countOverseers(journal)) > 0 && (await isLimitCarried(redisUrl, journal.installation, name, wanted))
    console.log(`${name} ${told}`)
    if (!isCarried) console.error('No overseer has told the workers yet; it counts once one has.')
  })
}

async function listDatabases({ json }: { json?: true }): Promise<void> {
  await withQueues(async (connection, journal) => {
    const { readConfig } = await import('@querypool/shared/config')
    const { readDatabases } = await import('../views/read-databases.ts')
    const databases = await readDatabases(connection, journal, await readConfig(process.env))
    if (json) {
      const { printJson } = await import('../print-json.ts')
      return printJson({ databases })
    }
    const { renderDatabases } = await import('../views/read-databases.ts')
    console.log(databases.length === 0 ? 'querypool.yaml names no database.' : renderDatabases(databases))
  })
}

function readLimit(given: string): number | null {
  if (given === 'configured') return null
  const n = /^\d{1,4}$/.test(given) ? Number(given) : Number.NaN
  if (n >= 1 && n <= mostConcurrency) return n
  throw new QueryPoolError('QP_USAGE', `A limit is a whole number from 1 to ${mostConcurrency}, not "${given}".`, {
    remedy: 'Say `configured` for what querypool.yaml says; to let nothing begin, use `querypool databases pause`.',
  })
}
