import type { BenchSetting, Outcome } from './benchmark.ts'
import { orAborted } from './or-aborted.ts'
import { bullmqFlow } from './peers/bullmq-flow.ts'
import type { Contestant } from './peers/contestant.ts'
import { graphileWorker } from './peers/graphile-worker.ts'
import { pgBoss } from './peers/pg-boss.ts'
import { plainPool } from './peers/plain-pool.ts'
import { queryPool } from './peers/querypool.ts'
import { showTiny, type TinySeries } from './show-tiny.ts'
import { disturbance } from './taken-time/disturbance.ts'
import { withUndo } from './undo.ts'
import { writeToDisk } from './write-to-disk.ts'

/**
 * Measures how fast very many queries of nothing are done, against other queues and the limit for a Node.js program, and
 * prints it.
 * @throws Error when a contestant does not give every result as it is
 */
export async function benchTiny(setting: BenchSetting): Promise<Outcome> {
  const { isTiny, candidates } = setting
  const [count, warmUpCount] = isTiny ? [100, 10] : [20_000, 1000]
  const ours = candidates.map((candidate) =>
    queryPool(candidates.length === 1 ? 'QueryPool' : `QueryPool, ${candidate.name}`, candidate),
  )
  const series = [...ours, bullmqFlow, pgBoss, graphileWorker, plainPool].map(
    (contestant): TinySeries & { contestant: Contestant } => ({
      contestant,
      name: contestant.name,
      bar: contestant.bar,
      repetitions: [],
    }),
  )
  for (let repetition = 1; repetition <= setting.repetitions; repetition++)
    for (const { contestant, name, repetitions } of series) {
      const measured = await measureOnce(contestant, count, warmUpCount, setting)
      repetitions.push(measured)
      process.stdout.write(
        `  ${repetition}. ${name}: ${(measured.wallMs / 1000).toFixed(2)} s${disturbance(measured)}\n`,
      )
    }
  const figures = series.map(({ name, bar, repetitions }) => ({ name, bar, repetitions }))
  return { isGood: showTiny(count, figures) || isTiny, figures: { count, series: figures } }
}

/** Its processes are new, and have run some queries before: compiling JavaScript is not what is measured. */
async function measureOnce(contestant: Contestant, count: number, warmUpCount: number, setting: BenchSetting) {
  return withUndo(async (undo) => {
    const run = await contestant.open(setting, undo)
    await orAborted(run(warmUpCount), setting.signal)
    // What the one before has left to be written is not written at the expense of this one.
    await writeToDisk(setting.databaseUrl)
    setting.pauses.take()
    const { wallMs, values } = await orAborted(run(count), setting.signal)
    const taken = setting.pauses.take()
    checkValues(contestant.name, count, await values())
    return { wallMs, ...taken }
  })
}

function checkValues(name: string, count: number, values: readonly unknown[]): void {
  if (values.length !== count) throw new Error(`${name} has ${values.length} results of ${count}.`)
  const wrong = values.findIndex((value, n) => value !== n)
  if (wrong !== -1) throw new Error(`${name} has ${String(values[wrong])} as the result of query ${wrong}.`)
}
