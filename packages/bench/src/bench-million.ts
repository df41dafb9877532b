import { type MillionMeasure, measureMillion } from './measure-million.ts'
import type { BenchSetting } from './measure-workload.ts'
import { showMillion } from './show-million.ts'

/**
 * Measures what batches of 10,000, 100,000 and 1,000,000 queries of nothing take of memory and of Redis, and prints it.
 * @returns whether all bars are kept; true where nothing is judged
 */
export async function benchMillion(
  isTiny: boolean,
  setting: BenchSetting & { readonly redisUrl: string },
): Promise<boolean> {
  const measured: MillionMeasure[] = []
  for (const count of isTiny ? [300] : [10_000, 100_000, 1_000_000]) {
    const one = await measureMillion(count, setting)
    measured.push(one)
    process.stdout.write(`  ${count} queries: ${(one.wallMs / 1000).toFixed(1)} s\n`)
  }
  return showMillion(measured) || isTiny
}
