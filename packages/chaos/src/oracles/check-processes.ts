import { findProcesses, type InstalledProcess } from '../stage/processes.ts'
import { until } from '../until.ts'
import type { Oracle, RoundOutcome } from './round-outcome.ts'

/** The last one may be at its end. */
const goneWithinMs = 60_000

/**
 * No process of the installation is left but the overseers and workers that belong to it. What they start is of their
 * process group, except for those that hold snapshots, which end with their runs.
 */
export const checkProcesses: Oracle = async (outcome) => {
  let left: InstalledProcess[] = []
  await until(goneWithinMs, async () => {
    left = await findStrangers(outcome)
    return left.length === 0
  })
  return left.map(({ pid, command }) => `The process ${pid} is left, of a program that has ended: ${command}`)
}

async function findStrangers({ stage }: RoundOutcome): Promise<InstalledProcess[]> {
  const processes = await findProcesses(stage)
  // Who belongs to it is asked afterwards: one that has just taken a place is one of them.
  const crew = new Set([...stage.fleet.running('overseer'), ...stage.fleet.running('worker')].map(({ pid }) => pid))
  return processes.filter(({ group }) => !crew.has(group))
}
