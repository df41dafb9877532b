import type { BenchSetting, Outcome } from './benchmark.ts'
import { measureWorkload } from './measure-workload.ts'
import { showSeries } from './show-series.ts'
import { readWorkload, type WorkloadName } from './workloads.ts'

/** Measures a workload with each of its numbers of workers, and prints it. */
export async function benchWorkload(name: WorkloadName, setting: BenchSetting): Promise<Outcome> {
  const workload = await readWorkload(name, setting.isTiny)
  const series = await measureWorkload(workload, setting)
  return { isGood: showSeries(workload, series), figures: series }
}
