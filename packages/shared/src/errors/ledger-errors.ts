import type { CatalogueEntry } from './catalogue-entry.ts'

/** What can happen to queries that write, and to the ledger that has them written once. */
export const ledgerErrors = {
  QP_LEDGER_MISSING: {
    means:
      'A query writes to a database that has no ledger of writes, without which nobody could keep it from being written twice.',
    remedy:
      'Make it: `querypool doctor --database NAME --init-ledger`; then run what failed again with `querypool retry`.',
    exitStatus: 1,
  },
  QP_LEDGER_REFUSED: {
    means: 'The ledger of writes of a database cannot be made, read or written.',
    remedy:
      'Let the owner of the database make it and give the role its rights: `querypool doctor --database URL --init-ledger --ledger-role ROLE`.',
    exitStatus: 1,
  },
  QP_WRITE_RECALLED: {
    means:
      'A write ended without an answer, or was handed out again, and the ledger of its database says that it was committed.',
    remedy: 'Nothing: it has been written once, and that is its result.',
    exitStatus: 1,
  },
  QP_WRITE_COMMITTED_LATE: {
    means: 'A write was committed although its run had been ended with --force, which did not wait for it.',
    remedy: 'Know that it is written; `querypool retry` takes that over as its result and does not write it again.',
    exitStatus: 1,
  },
} as const satisfies Record<`QP_${string}`, CatalogueEntry>
