import { setTimeout as wait } from 'node:timers/promises'
import { type EndingRun, endingRuns } from '@querypool/shared/journal'
import type { Charge, Charges } from './charge.ts'
import { type EndingMemory, endRun } from './end-run.ts'
import { type Repeated, repeat } from './repeat.ts'

// For what a lost NOTIFY has not told, and for runs that had trouble.
const lookMs = 1000
// PostgreSQL tells nobody that a backend has ended, so that is looked for, only while a run is ending.
const [shortestStepMs, longestStepMs] = [50, 500]
const troubleMs = 1000

/**
 * Ends the runs that were cancelled or stopped, each by itself, so that one whose database does not answer keeps no other
 * waiting.
 */
export function ender(charges: Charges, onTrouble: (error: Error) => void): Repeated {
  const stopping = new AbortController()
  const busy = new Map<string, Promise<void>>()
  const memories = new Map<string, EndingMemory>()
  const look = async (): Promise<void> => {
    const runs = await endingRuns(charges.journal, charges.privateRun)
    const known = new Set(runs.map(nameOf))
    for (const name of memories.keys()) if (!known.has(name)) memories.delete(name)
    for (const ending of runs) {
      const charge = charges.of(ending.database)
      const name = nameOf(ending)
      if (charge === null || busy.has(name) || stopping.signal.aborted) continue
      const memory = memories.get(name) ?? { since: Date.now(), silent: new Map() }
      memories.set(name, memory)
      const work = endStepByStep(charge, ending, memory, stopping.signal, onTrouble)
      busy.set(
        name,
        work.finally(() => busy.delete(name)),
      )
    }
  }
  const looking = repeat(lookMs, look, onTrouble)
  return {
    now: looking.now,
    stop: async () => {
      stopping.abort()
      await looking.stop()
      await Promise.all(busy.values())
    },
  }
}

function nameOf({ run, generation }: EndingRun): string {
  return `${run}/${generation}`
}

async function endStepByStep(
  charge: Charge,
  ending: EndingRun,
  memory: EndingMemory,
  signal: AbortSignal,
  onTrouble: (error: Error) => void,
): Promise<void> {
  const pause = (ms: number): Promise<void> => wait(ms, undefined, { signal }).catch(() => {})
  try {
    while (!signal.aborted && (await endRun(charge, ending, memory)) === 'waits')
      await pause(Math.min(longestStepMs, shortestStepMs + (Date.now() - memory.since) / 20))
  } catch (error) {
    onTrouble(error instanceof Error ? error : new Error(String(error)))
    await pause(troubleMs)
  }
}
