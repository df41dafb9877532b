import { callQuerypool } from '@querypool/demo/call-querypool'
import type { BenchSetting } from './benchmark.ts'
import type { Repetition } from './measurements.ts'
import { disturbance } from './taken-time/disturbance.ts'
import { type Workload, writeBatchFile } from './workloads.ts'

/** One line of a table: what was measured, and its repetitions. */
export interface Series {
  readonly label: string
  readonly workers: number
  readonly repetitions: Repetition[]
}

/** Measures a workload: all of its series once, then all of them again, so that a slow hour meets all alike. */
export async function measureWorkload(workload: Workload, setting: BenchSetting): Promise<Series[]> {
  const file = await writeBatchFile(setting.home, workload)
  const { candidates } = setting
  const timed = workload.workers.flatMap((workers) =>
    candidates.map(({ name, program }) => ({
      series: { label: candidates.length === 1 ? 'QueryPool' : name, workers, repetitions: [] as Repetition[] },
      program,
    })),
  )
  for (let repetition = 1; repetition <= setting.repetitions; repetition++)
    for (const { series, program } of timed) {
      setting.pauses.take()
      const wallMs = await timeRun(program, file, series.workers, setting)
      const taken = setting.pauses.take()
      series.repetitions.push({ wallMs, ...taken })
      process.stdout.write(`${line(repetition, series, wallMs)}${disturbance(taken)}\n`)
    }
  return timed.map(({ series }) => series)
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
