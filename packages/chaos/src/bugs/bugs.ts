/** A bug that is put into a copy of the built programs, to see that it is found. */
export interface Bug {
  /** What is wrong with it, for people. */
  readonly what: string
  /** The built file, from the root of the checkout. */
  readonly file: string
  /** A text that it has exactly once, and what stands there instead. */
  readonly text: string
  readonly instead: string
}

export const bugNames = ['fence', 'existing-jobs', 'bulk-add'] as const
export type BugName = (typeof bugNames)[number]

export const bugs: Readonly<Record<BugName, Bug>> = {
  fence: {
    what: 'an attempt begins without taking the fence',
    file: 'packages/shared/dist/database/admission.js',
    text: '(SELECT pg_try_advisory_xact_lock(',
    instead: '(SELECT true OR pg_try_advisory_xact_lock(',
  },
  'existing-jobs': {
    what: 'jobs are added without looking whether they are there',
    file: 'packages/shared/dist/queue/add-attempts.js',
    text: 'chunk.filter((_, index) => !present[index])',
    instead: 'chunk',
  },
  'bulk-add': {
    what: 'jobs that Redis did not take count as added',
    file: 'packages/shared/dist/queue/add-attempts.js',
    text: 'if (after.includes(false))',
    instead: 'if (false)',
  },
}
