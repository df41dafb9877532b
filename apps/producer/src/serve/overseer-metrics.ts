import { countOverseers, countRuns, countSettled, readSnapshotAges } from '@querypool/shared/journal'
import { Gauge, Registry } from 'prom-client'
import type { Charges, Overseer } from '../overseer/index.ts'

/** The metrics of an overseer, computed when they are asked for. */
export function overseerMetrics(
  charges: Charges,
  overseer: Overseer,
): () => Promise<{ contentType: string; text: string }> {
  const registry = new Registry()
  const gauge = (name: string, help: string, labelNames: string[] = []): Gauge =>
    new Gauge({ name: `querypool_${name}`, help, labelNames, registers: [registry] })
  const runs = gauge('runs', 'Runs in the journal that are not over, by state.', ['state'])
  const results = gauge('results', 'Results in the journal, by state; falls when runs are removed.', ['state'])
  const jobs = gauge('jobs', 'Jobs of queries in Redis, by database and state.', ['database', 'state'])
  const snapshots = gauge('snapshot_age_seconds', 'Age of the oldest shared snapshot that is held, by database.', [
    'database',
  ])
  const overseers = gauge('overseers', 'Overseers that live.')
  const age = gauge('reconcile_age_seconds', 'Time since this overseer last compared journal and Redis.')
  return async () => {
    for (const [state, count] of await countRuns(charges.journal)) runs.set({ state }, count)
    for (const [state, count] of await countSettled(charges.journal)) results.set({ state }, count)
    for (const { queue, database } of charges.all) {
      const counts = await queue.queries.getJobCounts('active', 'prioritized', 'delayed')
      for (const [state, count] of Object.entries(counts)) jobs.set({ database: database?.name ?? '', state }, count)
    }
    snapshots.reset()
    for (const [database, seconds] of await readSnapshotAges(charges.journal)) snapshots.set({ database }, seconds)
    overseers.set(await countOverseers(charges.journal))
    if (overseer.reconciledAt) age.set((Date.now() - overseer.reconciledAt.getTime()) / 1000)
    return { contentType: registry.contentType, text: await registry.metrics() }
  }
}
