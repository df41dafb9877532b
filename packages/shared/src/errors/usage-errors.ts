import type { CatalogueEntry } from './catalogue-entry.ts'

/** Faults of how a program was called or configured. */
export const usageErrors = {
  QP_USAGE: {
    means: 'The command line is not one that querypool understands.',
    remedy: 'See `querypool --help`, or `--help` after the command.',
    exitStatus: 2,
  },
  QP_WORKERS: {
    means: 'The number of workers is not one.',
    remedy: 'Give a whole number from 1 to 1000, such as 5.',
    exitStatus: 2,
  },
  QP_PUBLISH_NAME: {
    means: 'Results cannot be published to a queue of that name.',
    remedy: 'Give the name of a BullMQ queue of yours, such as --publish sales-results; see docs/publish.md.',
    exitStatus: 2,
  },
  QP_DATABASE_UNKNOWN: {
    means: 'No database of that name is configured.',
    remedy: 'Give the URL of the database: --database postgres://user:password@host:port/database',
    exitStatus: 2,
  },
  QP_PORT_TAKEN: {
    means: 'A program cannot listen on the port that it was told.',
    remedy: 'Name another port, or see which program has this one.',
    exitStatus: 3,
  },
  QP_NO_DATABASE_CONFIGURED: {
    means: 'The configuration names no database, so there is nothing to serve.',
    remedy: 'Name the databases in querypool.yaml (docs/configuration.md), and the file in QUERYPOOL_CONFIG.',
    exitStatus: 2,
  },
  QP_NO_INSTALLATION: {
    means: 'The worker has found no installation in its Redis, or more than one.',
    remedy: 'Start `querypool serve` with the same REDIS_URL; of several, name one in QUERYPOOL_INSTALLATION.',
    exitStatus: 3,
  },
  QP_WORKER_UNKNOWN: {
    means: 'There is no worker of that name.',
    remedy: 'See `querypool workers`; one that has not said anything for 15 seconds counts as gone.',
    exitStatus: 2,
  },
  QP_TOO_MANY_QUERIES: {
    means: 'A run has more queries than the configuration allows.',
    remedy: 'Divide the batch, run a part of it with --select, or raise `limits.maxQueries` in querypool.yaml.',
    exitStatus: 2,
  },
  QP_CLIENT_USAGE: {
    means: 'A call of the TypeScript API is not one that it understands.',
    remedy: 'See docs/client.md.',
    exitStatus: 2,
  },
  QP_DATABASE_NOT_CONFIGURED: {
    means: 'A run is on a database that the configuration of this overseer does not have.',
    remedy: 'Give all overseers the same querypool.yaml, or cancel the run.',
    exitStatus: 3,
  },
  QP_DATABASE_UNREACHABLE_FROM_OVERSEER: {
    means:
      'The overseer cannot reach a database, so it cannot cancel there, nor see whether a dead worker still runs there.',
    remedy: 'Let the machines of the overseers reach the database; `querypool doctor` on them checks it.',
    exitStatus: 3,
  },
} as const satisfies Record<`QP_${string}`, CatalogueEntry>
