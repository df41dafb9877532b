import { callQuerypool } from '@querypool/demo/call-querypool'
import type { Repetition } from './measurements.ts'
import type { Candidate } from './options.ts'
import { timePlainPool } from './time-plain-pool.ts'
import type { PauseWatch } from './watch-pauses.ts'
import { type Workload, writeBatchFile } from './workloads.ts'

/** Where and on what is measured. */
export interface BenchSetting {
  readonly home: string
  readonly databaseUrl: string
  readonly signal: AbortSignal
  readonly pauses: PauseWatch
}

/** One line of a table: what was measured, and its repetitions. */
export interface Series {
  readonly label: string
  readonly workers: number
  /** Whether it is QueryPool, or a plain pool to compare with. */
  readonly isPlain: boolean
  readonly repetitions: Repetition[]
}

/** Measures a workload: all of its series once, then all of them again, so that a slow hour meets all alike. */
export async function measureWorkload(
  workload: Workload,
  candidates: readonly Candidate[],
  count: number,
  setting: BenchSetting,
): Promise<Series[]> {
  const file = await writeBatchFile(setting.home, workload)
  const timed = workload.workers.flatMap((workers) => seriesOf(workload, candidates, workers, file, setting))
  for (let repetition = 1; repetition <= count; repetition++)
    for (const { series, time } of timed) {
      setting.pauses.take()
      const wallMs = await time()
      const pausedMs = setting.pauses.take()
      series.repetitions.push({ wallMs, pausedMs })
      process.stdout.write(`${line(repetition, series, wallMs)}${pauseNote(pausedMs)}\n`)
    }
  return timed.map(({ series }) => series)
}

interface TimedSeries {
  readonly series: Series
  /** Runs it once and tells how long it took, in ms. */
  time(): Promise<number>
}

function seriesOf(
  workload: Workload,
  candidates: readonly Candidate[],
  workers: number,
  file: string,
  setting: BenchSetting,
): TimedSeries[] {
  const ours = candidates.map(({ name, program }) => ({
    series: { label: candidates.length === 1 ? 'QueryPool' : name, workers, isPlain: false, repetitions: [] },
    time: () => timeRun(program, file, workers, setting),
  }))
  const { plainStatements } = workload
  if (plainStatements === undefined) return ours
  const plain = {
    series: { label: 'plain pool', workers, isPlain: true, repetitions: [] },
    time: () => timePlainPool(setting.databaseUrl, workers, plainStatements),
  }
  return [plain, ...ours]
}

async function timeRun(
  program: string,
  file: string,
  workers: number,
  { home, databaseUrl, signal }: BenchSetting,
): Promise<number> {
  const args = ['run', file, '--database', databaseUrl, '--workers', String(workers), '--json']
  const { wallMs } = JSON.parse(await callQuerypool(args, { home, signal, program })) as { wallMs: number }
  return wallMs
}

function line(repetition: number, { label, workers }: Series, wallMs: number): string {
  return `  ${repetition}. ${label}, ${workers} workers: ${(wallMs / 1000).toFixed(2)} s`
}

function pauseNote(pausedMs: number): string {
  return pausedMs === 0 ? '' : `: dropped, the machine paused for ${(pausedMs / 1000).toFixed(2)} s`
}
