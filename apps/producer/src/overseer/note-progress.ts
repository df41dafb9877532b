import { noteRunning, type RunningNote, tellOfRuns } from '@querypool/shared/journal'
import { QueueEvents } from 'bullmq'
import { z } from 'zod'
import type { Charge } from './charge.ts'

const gatherMs = 100

const progress = z.object({
  run: z.string(),
  job: z.number(),
  position: z.number(),
  startedAt: z.string(),
  worker: z.string(),
  pid: z.number(),
})

/** What people want to see of runs, gathered and passed on a few times a second. Hints: some may be lost. */
export interface ProgressNotes {
  /** An attempt of this run was settled: whoever watches it is told. */
  settled(run: string): void
  close(): Promise<void>
}

/** Writes the workers' word on what they run into the journal, and tells watchers of what was settled. */
export function noteProgress(charge: Charge, onTrouble: (error: Error) => void): ProgressNotes {
  const events = new QueueEvents(charge.queue.names.queries, {
    connection: charge.queue.redis,
    prefix: charge.queue.prefix,
  })
  events.on('error', () => {})
  const gathered: RunningNote[] = []
  const settledRuns = new Set<string>()
  let timer: NodeJS.Timeout | null = null
  const write = async (): Promise<void> => {
    timer = null
    const runs = [...settledRuns]
    settledRuns.clear()
    await noteRunning(charge.journal, gathered.splice(0)).catch(onTrouble)
    await tellOfRuns(charge.journal, runs).catch(onTrouble)
  }
  const writeSoon = (): void => {
    timer ??= setTimeout(() => void write(), gatherMs)
  }
  events.on('progress', ({ data }) => {
    const read = progress.safeParse(data)
    if (!read.success) return
    gathered.push(read.data)
    writeSoon()
  })
  return {
    settled: (run) => {
      settledRuns.add(run)
      writeSoon()
    },
    close: async () => {
      if (timer) clearTimeout(timer)
      await events.close()
    },
  }
}
