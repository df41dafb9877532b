import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Options } from '../options.ts'
import { planRound } from '../plan/plan-round.ts'
import type { Stage } from '../stage/stage.ts'
import { kinds } from '../workload/kinds.ts'
import { countEvents } from './count-events.ts'
import { explainRound } from './explain.ts'
import { runRound } from './run-round.ts'
import { Tally } from './tally.ts'

/** How the rounds ended: after how many, and whether something was wrong in the last one. */
export interface RoundsEnd {
  readonly rounds: number
  readonly isViolated: boolean
}

/**
 * Does rounds until there were enough of them, until something is wrong, or until it is interrupted.
 * @param say told a line each of what happens
 */
export async function runRounds(
  stage: Stage,
  { seed, firstRound, rounds, minutes, theme, kind }: Options,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<RoundsEnd> {
  const deadline = Date.now() + minutes * 60_000
  const tally = new Tally()
  for (const kind of kinds) await kind.prepare?.(stage)
  let done = 0
  let isViolated = false
  while (done < rounds && Date.now() < deadline && !isViolated && !signal.aborted) {
    const plan = planRound(seed, firstRound + done, theme, kind)
    const beganMs = performance.now()
    const report = await runRound(stage, plan)
    done++
    tally.add(plan, report)
    isViolated = report.violations.length > 0
    const seconds = ((performance.now() - beganMs) / 1000).toFixed(1)
    const faults = plan.blows.map(({ fault }) => fault).join(' ')
    say(`round ${plan.round} (${plan.theme}), ${seconds} s: ${isViolated ? 'VIOLATED' : 'right'}; ${faults}`)
    if (isViolated) {
      const file = join(stage.folder, 'timeline.txt')
      await writeFile(file, `${report.violations.join('\n')}\n\n${await explainRound(stage, report)}\n`)
      for (const violation of report.violations) say(`  ${violation}`)
      say(
        `  What happened: ${file}; the same round again: npm run chaos -- --seed ${seed} --round ${plan.round} --rounds 1`,
      )
    }
  }
  for (const line of tally.lines()) say(line)
  say('Events of the runs:')
  for (const line of await countEvents(stage).catch((error) => [`  cannot be read: ${error}`])) say(line)
  say(`seed ${seed}`)
  return { rounds: done, isViolated }
}
