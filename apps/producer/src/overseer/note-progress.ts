import { noteRunning, type RunningNote } from '@querypool/shared/journal'
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

/** Writes the workers' word on what they run into the journal, a few times a second. Hints: some may be lost. */
export function noteProgress(charge: Charge, onTrouble: (error: Error) => void): { close(): Promise<void> } {
  const events = new QueueEvents(charge.queue.names.queries, {
    connection: charge.queue.redis,
    prefix: charge.queue.prefix,
  })
  events.on('error', () => {})
  const gathered: RunningNote[] = []
  let timer: NodeJS.Timeout | null = null
  const write = async (): Promise<void> => {
    timer = null
    await noteRunning(charge.journal, gathered.splice(0)).catch(onTrouble)
  }
  events.on('progress', ({ data }) => {
    const read = progress.safeParse(data)
    if (!read.success) return
    gathered.push(read.data)
    timer ??= setTimeout(() => void write(), gatherMs)
  })
  return {
    close: async () => {
      if (timer) clearTimeout(timer)
      await events.close()
    },
  }
}
