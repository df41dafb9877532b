/** A bug that is put into a copy of the built programs, to see that it is found. */
export interface Bug {
  /** What is wrong with it, for people. */
  readonly what: string
  /** The built file, from the root of the checkout. */
  readonly file: string
  /** Texts that it has exactly once each, and what stands there instead. */
  readonly changes: readonly { readonly text: string; readonly instead: string }[]
}

export const bugNames = ['fence', 'existing-jobs', 'bulk-add', 'ledger', 'recall', 'snapshot', 'needs'] as const
export type BugName = (typeof bugNames)[number]

export const bugs: Readonly<Record<BugName, Bug>> = {
  fence: {
    what: 'an attempt begins without taking the fence',
    file: 'packages/shared/dist/database/admission.js',
    changes: [{ text: '(SELECT pg_try_advisory_xact_lock(', instead: '(SELECT true OR pg_try_advisory_xact_lock(' }],
  },
  'existing-jobs': {
    what: 'jobs are added without looking whether they are there',
    file: 'packages/shared/dist/queue/add-attempts.js',
    changes: [{ text: 'chunk.filter((_, index) => lacks(before[index]))', instead: 'chunk' }],
  },
  'bulk-add': {
    what: 'that Redis did not take jobs is not noticed',
    file: 'packages/shared/dist/queue/add-attempts.js',
    changes: [
      { text: 'queue.flows.addBulk(flows));', instead: 'queue.flows.addBulk(flows)).catch(() => []);' },
      { text: 'if (after.some(lacks))', instead: 'if (false)' },
    ],
  },
  ledger: {
    what: 'each attempt at a write has a row of its own in the ledger',
    file: 'apps/worker/dist/execute-write.js',
    changes: [{ text: 'run: attempt.run,', instead: "run: attempt.run + '/' + attempt.attempt," }],
  },
  recall: {
    what: 'what the ledger says of writes that ended without an answer is not looked at',
    file: 'packages/shared/dist/ledger/read-writes.js',
    changes: [{ text: 'AND position = ANY ($3)', instead: 'AND position = ANY ($3) AND false' }],
  },
  needs: {
    what: 'a query begins when one of those that it needs has succeeded',
    file: 'packages/shared/dist/journal/settle-needs.js',
    changes: [
      { text: 'ORDER BY n.needs DESC LIMIT 1) IS NULL', instead: 'ORDER BY n.needs DESC LIMIT 1) IS DISTINCT FROM -1' },
    ],
  },
  snapshot: {
    what: 'queries begin without the snapshot that they are to share',
    file: 'packages/shared/dist/database/snapshot.js',
    changes: [{ text: '; SET TRANSACTION SNAPSHOT', instead: '; --' }],
  },
}
