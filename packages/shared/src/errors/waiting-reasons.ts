import type { CatalogueEntry } from './catalogue-entry.ts'

/** Why queries of a run wait. No faults: they tell a person what to look at if it takes too long. */
export const waitingReasons = {
  QP_WAITS_FOR_OVERSEER: {
    means: 'No overseer of the installation is running, so nothing is handed out.',
    remedy: 'Start one: `querypool serve`, or `querypool up` for everything on one machine.',
    exitStatus: 1,
  },
  QP_WAITS_FOR_RESUME: {
    means: 'The database is paused, so nothing new begins there.',
    remedy: 'Let it go on with `querypool databases resume NAME`.',
    exitStatus: 1,
  },
  QP_WAITS_FOR_WORKER: {
    means: 'No worker serves the database, or all that do are draining.',
    remedy:
      'Start one: `querypool worker --database NAME`, or let drained ones work: `querypool workers resume --all`.',
    exitStatus: 1,
  },
  QP_WAITS_FOR_SLOT: {
    means: 'As many queries as the database allows are running there.',
    remedy: 'Wait, or raise the limit: `querypool databases limit NAME N`, or `maxConcurrency` in querypool.yaml.',
    exitStatus: 1,
  },
  QP_WAITS_FOR_FREE_WORKER: {
    means: 'All workers that serve the database are busy.',
    remedy: 'Wait, or start more workers.',
    exitStatus: 1,
  },
  QP_WAITS_FOR_RETRY: {
    means: 'Queries that failed for a cause that can pass are tried again later.',
    remedy: 'Wait; the events of the run say why they failed.',
    exitStatus: 1,
  },
  QP_WAITS_FOR_TURN: {
    means:
      'The queries are not handed out yet: only a bounded number of a run is at once, or its `maxParallel`, the longest expected first.',
    remedy: 'Wait: each query that ends makes room for another.',
    exitStatus: 1,
  },
  QP_WAITS_FOR_NEEDS: {
    means: 'The queries need others of their run, which have not all succeeded yet.',
    remedy: 'Wait; `querypool status RUN` says for each which ones it waits for.',
    exitStatus: 1,
  },
  QP_WAITS_FOR_SNAPSHOT: {
    means: 'The queries of the run share a snapshot, and it is not held now: it is being taken.',
    remedy: 'Wait some seconds; then see the events of the run, and whether its overseer reaches the database.',
    exitStatus: 1,
  },
  QP_WAITS_FOR_REDIS: {
    means: 'Redis does not answer, so nothing can be handed out.',
    remedy: 'Bring Redis back. Nothing is lost, even if its data are.',
    exitStatus: 1,
  },
} as const satisfies Record<`QP_${string}`, CatalogueEntry>
