import { setTimeout as wait } from 'node:timers/promises'
import { findProcesses } from '../stage/processes.ts'
import type { Stage } from '../stage/stage.ts'
import { until } from '../until.ts'
import { type Blow, chosen, type Strike } from './fault.ts'

/** A run with a snapshot may come a moment later. */
const foundWithinMs = 2000

/** Kills one of the processes that hold snapshots. */
export const killHolder: Strike = async ({ stage }, blow) => {
  const pid = chosen(await findHolders(stage), blow)
  if (pid !== undefined) signal(stage, blow, pid, 'SIGKILL')
}

/** Kills all of them at once: the snapshots are lost. */
export const killHolders: Strike = async ({ stage }, blow) => {
  for (const pid of await findHolders(stage)) signal(stage, blow, pid, 'SIGKILL')
}

/** Has one of them stand still for a while. */
export const freezeHolder: Strike = async ({ stage }, blow) => {
  const pid = chosen(await findHolders(stage), blow)
  if (pid === undefined) return
  signal(stage, blow, pid, 'SIGSTOP')
  await wait(blow.lastsMs)
  signal(stage, blow, pid, 'SIGCONT')
}

async function findHolders(stage: Stage): Promise<number[]> {
  const found = await until(foundWithinMs, async () => {
    const holders = (await findProcesses(stage)).filter(({ command }) => command.endsWith(' snapshot-holder'))
    return holders.length > 0 && holders
  })
  return (found ?? []).map(({ pid }) => pid)
}

function signal({ timeline }: Stage, { fault }: Blow, pid: number, name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
  timeline.note(fault, `${name} to the process ${pid}, which holds a snapshot`)
  process.kill(pid, name)
}
