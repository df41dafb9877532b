import { setTimeout as wait } from 'node:timers/promises'
import type { Program } from '../stage/program.ts'
import type { Stage } from '../stage/stage.ts'
import { until } from '../until.ts'
import { aimAtDispatch, type Dispatching, isDispatching } from './aim-at-dispatch.ts'
import type { Strike } from './fault.ts'

const tries = 4
const missedAfterMs = 300
const takenWithinMs = 3000
/** Longer than a lock. */
const lostAfterMs = 6000

/**
 * Freezes an overseer at a moment when it has put jobs of a run into Redis and has not said yet that it is done, and with it
 * the workers that have taken them. When all these jobs count as lost, the other overseers, frozen until then, too, go on:
 * they hand the same run out once more, while jobs of it have lost their workers and their backends are still there.
 */
export const freezeDispatching: Strike = async ({ stage }, { fault, lastsMs }) => {
  for (let n = 0; n < tries; n++) {
    const dispatching = await aimAtDispatch(stage)
    if (dispatching === null) return
    const overseer = await freezeWhoDispatches(stage, dispatching)
    if (overseer === null) continue
    const workers = stage.fleet.running('worker')
    const others = stage.fleet.running('overseer').filter((one) => one !== overseer)
    await until(takenWithinMs, () => isTaken(stage, dispatching))
    for (const program of [...workers, ...others]) program.force('SIGSTOP')
    stage.timeline.note(fault, `all, while ${overseer.name} hands ${dispatching.run} out`)
    await wait(lostAfterMs)
    stage.timeline.note(fault, 'the other overseers wake up')
    for (const program of others) program.force('SIGCONT')
    await wait(lastsMs)
    stage.timeline.note(fault, 'all wake up')
    for (const program of [overseer, ...workers]) program.force('SIGCONT')
    return
  }
}

/** The overseer that is at it, frozen; null when it cannot be told, and then all are awake. */
async function freezeWhoDispatches(stage: Stage, dispatching: Dispatching): Promise<Program | null> {
  const overseers = stage.fleet.running('overseer')
  for (const overseer of overseers) overseer.force('SIGSTOP')
  const [one, other] = overseers
  if (one === undefined || other === undefined) {
    one?.force('SIGCONT')
    return null
  }
  // If it does not end with this one awake, it is the other one's.
  one.force('SIGCONT')
  await wait(missedAfterMs)
  if (await isDispatching(stage, dispatching)) return other
  other.force('SIGCONT')
  return null
}

async function isTaken({ redis, prefix }: Stage, { run }: Dispatching): Promise<boolean> {
  const active = await redis.lrange(`${prefix}:queries-main:active`, 0, -1)
  return active.some((id) => id.startsWith(`${run}-`))
}
