import type { CatalogueEntry } from './catalogue-entry.ts'

/** What can be wrong where queries need others, and what becomes of them then. */
export const needErrors = {
  QP_NEED_UNKNOWN: {
    means:
      'A query needs one that its batch does not have, or in an iterable of a program, that has not come before it.',
    remedy: 'Check the name; upper and lower case differ.',
    exitStatus: 2,
  },
  QP_NEED_SELF: {
    means: 'A query needs itself, so it could never begin.',
    remedy: 'Remove its name from its needs.',
    exitStatus: 2,
  },
  QP_NEED_TWICE: {
    means: 'A query needs another one twice.',
    remedy: 'Name it once.',
    exitStatus: 2,
  },
  QP_NEED_CYCLE: {
    means: 'Queries need each other in a circle, so none of them could ever begin.',
    remedy: 'Remove one of these needs.',
    exitStatus: 2,
  },
  QP_CACHE_NEEDS: {
    means: 'A query that needs others has `cache`, but a result from before they ran may be from other data.',
    remedy: 'Remove `cache` from the query, or its needs. The `cache` of the batch is for queries that need none.',
    exitStatus: 2,
  },
  QP_NEED_FAILED: {
    means: 'The query was not run, because one that it needs did not succeed.',
    remedy: 'See why that one failed; `querypool retry RUN` runs it again, and then what needs it.',
    exitStatus: 1,
  },
} as const satisfies Record<`QP_${string}`, CatalogueEntry>
