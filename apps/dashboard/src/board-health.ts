import type { Health } from '@querypool/shared/health'
import { Gauge, Registry } from 'prom-client'
import type { FollowedQueues } from './board/follow-queues.ts'

const patienceMs = 30_000

/** The health of a dashboard: it makes progress while it finds the queues anew, for which journal and Redis must answer. */
export function boardHealth(followed: Pick<FollowedQueues, 'lookedAt' | 'shared'>): Health {
  const registry = new Registry()
  const gauge = (name: string, help: string, labelNames: string[] = []): Gauge =>
    new Gauge({ name: `querypool_dashboard_${name}`, help, labelNames, registers: [registry] })
  const jobs = gauge('jobs', 'Jobs in the queues of the shared runs, by queue and state.', ['queue', 'state'])
  const age = gauge('look_age_seconds', 'Time since this dashboard last found journal and Redis answering.')
  return {
    stuck: async () => stuckSince(followed.lookedAt, new Date()),
    metrics: async () => {
      jobs.reset()
      for (const [name, queue] of followed.shared())
        for (const [state, count] of Object.entries(await queue.getJobCounts())) jobs.set({ queue: name, state }, count)
      age.set((Date.now() - followed.lookedAt.getTime()) / 1000)
      return { contentType: registry.contentType, text: await registry.metrics() }
    },
  }
}

/** Why a dashboard that last looked then makes no progress, or null. */
export function stuckSince(lookedAt: Date, now: Date): string | null {
  const sinceMs = now.getTime() - lookedAt.getTime()
  return sinceMs <= patienceMs ? null : `journal and Redis did not both answer for ${Math.round(sinceMs / 1000)} s`
}
