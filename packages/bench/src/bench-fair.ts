import type { BenchSetting, Outcome } from './benchmark.ts'
import { thisCheckout } from './candidate.ts'
import { type Installation, openInstallation } from './installation/installation.ts'
import { type FairRepetition, showFair } from './show-fair.ts'
import { disturbance } from './taken-time/disturbance.ts'
import { withUndo } from './undo.ts'

const smallCount = 6

/** Two workers, four queries at once. */
const workers = [2, 2]

/** Short ones, of which a job may carry several, and longer ones. */
const queryMs = [20, 200]

/** Measures how much longer a small batch takes behind a very large one than alone, and prints it. */
export async function benchFair(setting: BenchSetting): Promise<Outcome> {
  const { isTiny } = setting
  const largeCount = isTiny ? 200 : 100_000
  const measured: FairRepetition[] = []
  await withUndo(async (undo) => {
    const installation = await openInstallation(setting, thisCheckout, workers, undo)
    const timeSmall = (lengthMs: number): Promise<number> => timeBatch(installation, lengthMs, setting.signal)
    await timeSmall(20)
    for (let repetition = 1; repetition <= setting.repetitions; repetition++)
      for (const lengthMs of isTiny ? [20] : queryMs) {
        setting.pauses.take()
        const aloneMs = await timeSmall(lengthMs)
        const behindMs = await behindLarge(installation, largeCount, lengthMs, () => timeSmall(lengthMs))
        const one = { lengthMs, aloneMs, behindMs, ...setting.pauses.take() }
        measured.push(one)
        process.stdout.write(
          `  ${repetition}. ${lengthMs} ms each: alone ${aloneMs.toFixed(0)} ms, behind ${behindMs.toFixed(0)} ms${disturbance(one)}\n`,
        )
      }
  })
  return { isGood: showFair(largeCount, measured) || isTiny, figures: { largeCount, repetitions: measured } }
}

/** How long a small batch takes, from its submission until it is reported as done, in ms. */
async function timeBatch({ pool, database }: Installation, lengthMs: number, signal: AbortSignal): Promise<number> {
  const queries = new Array<string>(smallCount).fill(sleep(lengthMs))
  const beganMs = performance.now()
  const run = await pool.submit(queries, { database, batch: 'fair_small' })
  const { state } = await run.completion({ signal })
  if (state !== 'succeeded') throw new Error(`The small batch has ${state}.`)
  return performance.now() - beganMs
}

/** Does something while a large batch runs, all of which was submitted before. */
async function behindLarge(
  { pool, database }: Installation,
  count: number,
  lengthMs: number,
  work: () => Promise<number>,
): Promise<number> {
  const large = await pool.submit(repeated(sleep(lengthMs), count), { database, batch: 'fair_large' })
  try {
    await large.submitted()
    for await (const _ of large.results()) break
    const workedMs = await work()
    if ((await large.status()).finishedAt !== null) throw new Error('The large batch was over before the small one.')
    return workedMs
  } finally {
    await large.cancel()
    await large.completion()
  }
}

function* repeated(statement: string, count: number): Generator<string, void, undefined> {
  for (let n = 0; n < count; n++) yield statement
}

function sleep(lengthMs: number): string {
  return `select pg_sleep(${lengthMs / 1000})`
}
