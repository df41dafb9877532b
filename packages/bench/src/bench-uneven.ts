import type { BenchSetting, Outcome } from './benchmark.ts'
import { measureUneven, type UnevenRepetition } from './measure-uneven.ts'
import { showUneven } from './show-uneven.ts'
import { disturbance } from './taken-time/disturbance.ts'
import { unevenBatch } from './uneven-batch.ts'

const tinyScale = 0.05

/** Measures how short a batch of queries of very different length becomes, and how well that is foretold, and prints it. */
export async function benchUneven(setting: BenchSetting): Promise<Outcome> {
  const { isTiny } = setting
  const batch = unevenBatch(isTiny ? tinyScale : 1)
  const measured: UnevenRepetition[] = []
  for (let repetition = 1; repetition <= setting.repetitions; repetition++)
    for (const workers of isTiny ? [3] : [2, 3, 5]) {
      const one = await measureUneven(batch, workers, setting, `uneven_${repetition}_${workers}`)
      measured.push(one)
      process.stdout.write(
        `  ${repetition}. ${workers} workers: file order ${one.fileOrderMs} ms, first ${one.firstMs} ms, second ${one.secondMs} ms${disturbance(one)}\n`,
      )
    }
  return { isGood: showUneven(batch, measured) || isTiny, figures: measured }
}
