import { availableParallelism, constants } from 'node:os'
import { relative } from 'node:path'
import { ensureEmbeddedServers } from '@querypool/local/servers'
import { QueryPoolError } from '@querypool/shared/errors'
import { callQuerypool } from './call-querypool.ts'
import { createDemoDatabase, demoScale } from './create-demo-database.ts'
import { inTemporaryHome } from './in-temporary-home.ts'
import { resultsFolder, runBatch } from './run-batch.ts'
import { queryDurationsMs } from './run-report.ts'
import { showTable } from './show-table.ts'

/** What the queries of `examples/six-waiting-queries.sql` wait. */
const waitsMs = [1000, 3000, 8000, 2000, 4000, 6000]

const interruption = new AbortController()
let interruptedBy: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | undefined
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    if (interruptedBy) return
    interruptedBy = name
    say('\nStopping and cleaning up…')
    interruption.abort()
  })
}

try {
  await inTemporaryHome(demonstrate)
} catch (fault) {
  if (fault !== interruption.signal.reason) {
    process.stderr.write(`${describeFault(fault)}\n`)
    process.exitCode = 1
  }
}
if (interruptedBy) process.exitCode = 128 + constants.signals[interruptedBy]

async function demonstrate(home: string): Promise<void> {
  const { signal } = interruption
  const databaseUrl = await prepareDatabase(home)
  const setting = { home, databaseUrl, signal }
  const computing = await runBatch('six-queries', setting)
  const waiting = await runBatch('six-waiting-queries', setting)

  const serial = computing[0]
  if (serial) showTable('Six queries that compute', computing, queryDurationsMs(serial))
  say(aboutCores(availableParallelism()))
  showTable('Six queries that wait (24 s in all, the longest 8 s)', waiting, waitsMs)
  say('The pool that this one descends from is said to take 24, 15, 9, 8 s for six queries of this total and longest,')
  say('as these take in the order of their file. This one begins with the longest.')

  const last = waiting.at(-1)
  if (!last) return
  say('\nThe last run:')
  process.stdout.write(await callQuerypool(['status', last.runId], setting))
  say(
    `\nIts results are in ${fromHere('six-waiting-queries')}, those of the other batch in ${fromHere('six-queries')}.`,
  )
}

async function prepareDatabase(home: string): Promise<string> {
  const { signal } = interruption
  say('Starting PostgreSQL and Redis')
  const { postgresUrl } = await ensureEmbeddedServers(home, {
    onProgress: say,
    redisServer: process.env.QUERYPOOL_REDIS_SERVER || undefined,
  })
  signal.throwIfAborted()
  say('Making a database like that of pgbench: 2,000,000 accounts, 500,000 movements, about 300 MB')
  const beganAt = performance.now()
  const databaseUrl = await createDemoDatabase(postgresUrl, demoScale, signal)
  say(`Made in ${((performance.now() - beganAt) / 1000).toFixed(1)} s`)
  return databaseUrl
}

function aboutCores(cores: number): string {
  if (cores >= 6)
    return `This machine has ${cores} cores: each of five workers and the rest of the system can have one.`
  return [
    `Cores of this machine: ${cores}. A query that computes takes a whole one, so no more than ${cores} can get on`,
    'at a time, with however many workers; the lower bound does not know of cores.',
    'Queries that wait, for disks, locks or other machines, overlap all the same:',
  ].join('\n')
}

function describeFault(fault: unknown): string {
  if (fault instanceof QueryPoolError) return fault.format()
  return fault instanceof Error ? fault.message : String(fault)
}

function fromHere(batch: string): string {
  return relative(process.cwd(), resultsFolder(batch))
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
