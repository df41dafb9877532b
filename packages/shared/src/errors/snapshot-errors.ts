import type { CatalogueEntry } from './catalogue-entry.ts'

/** What can be wrong with a snapshot that the queries of a run share. */
export const snapshotErrors = {
  QP_SNAPSHOT_WRITES: {
    means: 'A batch that is to have a shared snapshot has a query that writes.',
    remedy: 'Put the query into a batch of its own: a snapshot is read only, and what is written later is not in it.',
    exitStatus: 2,
  },
  QP_SNAPSHOT_CACHE: {
    means: 'A batch that is to have a shared snapshot has `cache`: the result of a run before is not of that snapshot.',
    remedy:
      'Leave out one of the two; `run --no-cache` leaves out `cache`. `identical: once` goes with a shared snapshot.',
    exitStatus: 2,
  },
  QP_SNAPSHOT_POOLER: {
    means: 'Between us and the database is a pooler that gives each transaction another server process.',
    remedy:
      'Give the URL of the database itself, or of a pool in session mode: others may take a snapshot away between two transactions.',
    exitStatus: 1,
  },
  QP_SNAPSHOT_SERVERS_DIFFER: {
    means: 'The connections to the database do not all lead to the same server, as behind a balancer over replicas.',
    remedy: 'Give the URL of one server: a snapshot is only known where it was taken.',
    exitStatus: 1,
  },
  QP_SNAPSHOT_NOT_TAKEN: {
    means: 'The snapshot of a run could not be taken or held; that is tried again.',
    remedy: 'Look at the cause that the message names: the database must have two connections left for it.',
    exitStatus: 1,
  },
  QP_SNAPSHOT_HOLDER_LOST: {
    means: 'One of the two processes that hold the snapshot of a run had ended; another takes its place.',
    remedy: 'Nothing: the snapshot is the same. If it comes often, see who ends them.',
    exitStatus: 1,
  },
  QP_SNAPSHOT_LOST: {
    means: 'Nothing held the snapshot of a run any more: the server was restarted, or all holders ended at once.',
    remedy: 'Nothing if the run goes on by itself in a new snapshot. After the third loss start the batch again.',
    exitStatus: 1,
  },
} as const satisfies Record<`QP_${string}`, CatalogueEntry>
