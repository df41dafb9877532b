import { lowerBoundMs } from './lower-bound-ms.ts'

/** How long one run of a batch took with a number of workers. */
export interface Measurement {
  readonly workers: number
  readonly wallMs: number
}

/**
 * The rows of the table for one batch, as text: workers, wall time, speed-up over the first run, lower bound, and how
 * close the run came to it (100 % is as good as can be).
 *
 * @param runs the serial run first
 * @param durationsMs of the batch's queries when each has the machine for itself
 */
export function tableRows(runs: readonly Measurement[], durationsMs: readonly number[]): string[][] {
  const serialMs = runs[0]?.wallMs ?? 0
  return runs.map(({ workers, wallMs }) => {
    const boundMs = lowerBoundMs(durationsMs, workers)
    return [
      String(workers),
      seconds(wallMs),
      `${(serialMs / wallMs).toFixed(2)} ×`,
      seconds(boundMs),
      `${Math.round((100 * boundMs) / wallMs)} %`,
    ]
  })
}

function seconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(1)} s`
}
