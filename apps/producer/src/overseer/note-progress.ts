import { noteRunning, type RunningNote, tellOfRuns } from '@querypool/shared/journal'
import type { RunQueue } from '@querypool/shared/queue'
import { QueueEvents } from 'bullmq'
import { z } from 'zod'
import type { Charges } from './charge.ts'

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
export function noteProgress(charges: Charges, onTrouble: (error: Error) => void): ProgressNotes {
  const { journal } = charges
  const gathered: RunningNote[] = []
  const settledRuns = new Set<string>()
  let timer: NodeJS.Timeout | null = null
  const write = async (): Promise<void> => {
    timer = null
    const runs = [...settledRuns]
    settledRuns.clear()
    await noteRunning(journal, gathered.splice(0)).catch(onTrouble)
    await tellOfRuns(journal, runs).catch(onTrouble)
  }
  const writeSoon = (): void => {
    timer ??= setTimeout(() => void write(), gatherMs)
  }
  const heard = charges.all.map(({ queue }) =>
    hearProgress(queue, (note) => {
      gathered.push(note)
      writeSoon()
    }),
  )
  return {
    settled: (run) => {
      settledRuns.add(run)
      writeSoon()
    },
    close: async () => {
      if (timer) clearTimeout(timer)
      await Promise.all(heard.map((events) => events.close()))
    },
  }
}

function hearProgress(queue: RunQueue, onNote: (note: RunningNote) => void): QueueEvents {
  const events = new QueueEvents(queue.names.queries, { connection: queue.redis, prefix: queue.prefix })
  events.on('error', () => {})
  events.on('progress', ({ data }) => {
    const read = progress.safeParse(data)
    if (read.success) onNote(read.data)
  })
  return events
}
