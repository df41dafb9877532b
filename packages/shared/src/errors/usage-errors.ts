import type { CatalogueEntry } from './catalogue-entry.ts'

/** Faults of how a program was called or configured. */
export const usageErrors = {
  QP_USAGE: {
    means: 'The command line is not one that querypool understands.',
    remedy: 'See `querypool --help`, or `--help` after the command.',
    exitStatus: 2,
  },
} as const satisfies Record<`QP_${string}`, CatalogueEntry>
