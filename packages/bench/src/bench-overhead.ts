import { setTimeout as wait } from 'node:timers/promises'
import type { BenchSetting, Outcome } from './benchmark.ts'
import { thisCheckout } from './candidate.ts'
import { openInstallation } from './installation/installation.ts'
import { measureOverhead, type Overhead } from './measure-overhead.ts'
import { measureStartup, type Startup } from './measure-startup.ts'
import { showOverhead } from './show-overhead.ts'
import { disturbance } from './taken-time/disturbance.ts'
import { withUndo } from './undo.ts'

const runsPerRepetition = 20
const startsPerRepetition = 4

/** Measures what is added to a run of one query on an idle installation, and to a command, and prints it. */
export async function benchOverhead(setting: BenchSetting): Promise<Outcome> {
  const { isTiny, repetitions } = setting
  const overheads: Overhead[] = []
  const startups: Startup[] = []
  await withUndo(async (undo) => {
    const installation = await openInstallation(setting, thisCheckout, [10, 10], undo)
    // The first ones find everything cold.
    for (let warmUp = 0; warmUp < (isTiny ? 1 : 10); warmUp++) await measureOverhead(installation, setting.signal)
    for (let repetition = 1; repetition <= repetitions; repetition++) {
      setting.pauses.take()
      for (let run = 0; run < (isTiny ? 2 : runsPerRepetition); run++) {
        // At another point of what happens every second or so each time.
        await wait(100 + ((run * 37) % 200))
        overheads.push(await measureOverhead(installation, setting.signal))
      }
      for (let start = 0; start < (isTiny ? 1 : startsPerRepetition); start++)
        startups.push(await measureStartup(installation, setting.home, setting.signal))
      process.stdout.write(`  ${repetition}. repetition${disturbance(setting.pauses.take())}\n`)
    }
  })
  return { isGood: showOverhead(overheads, startups) || isTiny, figures: { overheads, startups } }
}
