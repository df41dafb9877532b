import { writeFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { inTemporaryHome } from '@querypool/demo/in-temporary-home'
import { ensureEmbeddedServers } from '@querypool/local/servers'
import { benchmarks } from './benchmarks.ts'
import { createDatabase } from './create-database.ts'
import { describeMachine, type Options, readOptions } from './options.ts'
import { watchPauses } from './taken-time/watch-pauses.ts'

// `npm run bench`: how close QueryPool comes to what is possible. See docs/performance.md.
const interruption = new AbortController()
let interruptedBy: 'SIGINT' | 'SIGTERM' | undefined
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    interruptedBy ??= name
    interruption.abort()
  })
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options.isList) for (const { name, about } of benchmarks) process.stdout.write(`${name.padEnd(10)}${about}\n`)
  else await inTemporaryHome((home) => measure(home, options))
} catch (fault) {
  if (fault !== interruption.signal.reason)
    process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`)
  process.exitCode = 1
}
// Everything is cleaned up; what was interrupted may wait for ever for what is gone.
if (interruptedBy) process.exit(128 + constants.signals[interruptedBy])

async function measure(home: string, { chosen, repetitions, candidates, isTiny, jsonFile }: Options): Promise<void> {
  const { postgresUrl, redisUrl } = await ensureEmbeddedServers(home, {
    redisServer: process.env.QUERYPOOL_REDIS_SERVER || undefined,
  })
  const databaseUrl = await createDatabase(postgresUrl, 'bench')
  const journalUrl = await createDatabase(postgresUrl, 'bench_journal')
  const pauses = await watchPauses()
  const machine = describeMachine()
  process.stdout.write(`${machine}\n${pauses.about}\n\n`)
  const measured: unknown[] = []
  try {
    const { signal } = interruption
    const setting = { home, databaseUrl, journalUrl, redisUrl, signal, pauses, repetitions, candidates, isTiny }
    for (const { name, measure: measureOne } of chosen) {
      const { isGood, figures } = await measureOne(setting)
      if (!isGood) process.exitCode = 1
      measured.push({ name, isGood, figures })
      // After each, so that a long call which is interrupted leaves what it has.
      if (jsonFile !== null)
        await writeFile(jsonFile, `${JSON.stringify({ machine, isTiny, benchmarks: measured }, null, 2)}\n`)
    }
  } finally {
    await pauses.stop()
  }
}
