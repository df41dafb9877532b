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
    remedy: 'Give a whole number from 1 to 1000, such as --workers 5.',
    exitStatus: 2,
  },
  QP_DATABASE_UNKNOWN: {
    means: 'No database of that name is configured.',
    remedy: 'Give the URL of the database: --database postgres://user:password@host:port/database',
    exitStatus: 2,
  },
} as const satisfies Record<`QP_${string}`, CatalogueEntry>
