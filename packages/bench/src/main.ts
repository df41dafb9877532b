import { constants } from 'node:os'
import { inTemporaryHome } from '@querypool/demo/in-temporary-home'
import { ensureEmbeddedServers } from '@querypool/local/servers'
import { benchExport } from './bench-export.ts'
import { benchMillion } from './bench-million.ts'
import { benchUneven } from './bench-uneven.ts'
import { createBenchDatabase } from './create-bench-database.ts'
import { measureWorkload } from './measure-workload.ts'
import { describeMachine, type Options, readOptions } from './options.ts'
import { showSeries } from './show-series.ts'
import { watchPauses } from './watch-pauses.ts'
import { readWorkloads } from './workloads.ts'
import { writeJson } from './write-json.ts'

// `npm run bench`: how close QueryPool comes to what is possible. See docs/benchmarks.md.
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
  await inTemporaryHome((home) => measure(home, options))
} catch (fault) {
  if (fault !== interruption.signal.reason)
    process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`)
  process.exitCode = 1
}
if (interruptedBy) process.exitCode = 128 + constants.signals[interruptedBy]

async function measure(
  home: string,
  { workloads, repetitions, candidates, isTiny, jsonFolder }: Options,
): Promise<void> {
  const { postgresUrl, redisUrl } = await ensureEmbeddedServers(home, {
    redisServer: process.env.QUERYPOOL_REDIS_SERVER || undefined,
  })
  const databaseUrl = await createBenchDatabase(postgresUrl)
  process.stdout.write(`${describeMachine()}\n\n`)
  const pauses = watchPauses()
  try {
    const setting = { home, databaseUrl, signal: interruption.signal, pauses }
    for (const workload of await readWorkloads(workloads, isTiny)) {
      const series = await measureWorkload(workload, candidates, repetitions, setting)
      if (!showSeries(workload, series)) process.exitCode = 1
    }
    if (workloads.includes('uneven') && !(await benchUneven(repetitions, isTiny, setting))) process.exitCode = 1
    if (workloads.includes('export')) {
      const { isGood, rounds } = await benchExport(repetitions, isTiny, setting)
      if (jsonFolder !== null) await writeJson(jsonFolder, 'export', { isTiny, rounds })
      if (!isGood) process.exitCode = 1
    }
    if (workloads.includes('million') && !(await benchMillion(isTiny, { ...setting, redisUrl }))) process.exitCode = 1
  } finally {
    pauses.stop()
  }
}
