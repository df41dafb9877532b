import type { BenchSetting, Outcome } from './benchmark.ts'
import { type MillionMeasure, measureMillion } from './measure-million.ts'
import { showMillion } from './show-million.ts'

/**
 * Measures what batches of 10,000, 100,000 and 1,000,000 queries of nothing take of memory and of Redis, and prints it.
 */
export async function benchMillion(setting: BenchSetting): Promise<Outcome> {
  const { isTiny } = setting
  const measured: MillionMeasure[] = []
  for (const count of isTiny ? [300] : [10_000, 100_000, 1_000_000]) {
    const one = await measureMillion(count, setting)
    measured.push(one)
    process.stdout.write(`  ${count} queries: ${(one.wallMs / 1000).toFixed(1)} s\n`)
  }
  return { isGood: showMillion(measured) || isTiny, figures: measured }
}
