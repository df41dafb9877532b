import type { BenchSetting, Outcome } from './benchmark.ts'
import { measureStream, type StreamMeasure } from './measure-stream.ts'
import { showStream } from './show-stream.ts'

/**
 * Measures what batches of 10,000, 100,000 and 1,000,000 queries of nothing take of memory that a program submits as an async
 * iterable, while the overseer and a worker are killed in mid-run, and prints it.
 * @throws Error when a result is missing, wrong, or there twice
 */
export async function benchStream(setting: BenchSetting): Promise<Outcome> {
  const { isTiny } = setting
  const measured: StreamMeasure[] = []
  for (const count of isTiny ? [300] : [10_000, 100_000, 1_000_000]) {
    const one = await measureStream(count, setting)
    measured.push(one)
    process.stdout.write(`  ${count} queries: ${(one.wallMs / 1000).toFixed(1)} s\n`)
  }
  return { isGood: showStream(measured) || isTiny, figures: measured }
}
