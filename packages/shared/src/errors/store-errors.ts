import type { CatalogueEntry } from './catalogue-entry.ts'

/** What can be wrong with the result store. */
export const storeErrors = {
  QP_STORE_WRITE: {
    means: 'The rows could not be written to the result store.',
    remedy: 'See whether its disk is full or its folder was removed, as the message says, then run the batch again.',
    exitStatus: 1,
  },
  QP_STORE_UNUSABLE: {
    means: 'The result store cannot be used.',
    remedy:
      'Check that its folder exists or can be made, or that its URL is right, and that you may write there; QUERYPOOL_RESULTS names it.',
    exitStatus: 3,
  },
  QP_STORE_URL: {
    means: 'The URL of the result store is none.',
    remedy:
      'Write s3://bucket/prefix: the name of a bucket, and names of letters, digits and `_-.` with `/` between them.',
    exitStatus: 2,
  },
  QP_STORE_UNREACHABLE: {
    means: 'The result store in S3 does not answer.',
    remedy:
      'Check the network, AWS_REGION, and AWS_ENDPOINT_URL if it is a server of your own. Queries are tried again by themselves.',
    exitStatus: 3,
  },
  QP_STORE_DENIED: {
    means: 'The result store in S3 refuses the credentials, or they may not do what is needed.',
    remedy:
      'Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the role; docs/result-store.md lists the permissions that are needed.',
    exitStatus: 3,
  },
  QP_STORE_NO_BUCKET: {
    means: 'The bucket of the result store does not exist.',
    remedy: 'Make the bucket, or correct QUERYPOOL_RESULTS, AWS_REGION or AWS_ENDPOINT_URL.',
    exitStatus: 3,
  },
  QP_STORE_REPLACES: {
    means:
      'The result store replaces what is there although it is told not to, so that an attempt which was given up could still publish.',
    remedy:
      'Use a server that knows conditional puts (`If-None-Match: *`), or a folder; docs/result-store.md names some that do.',
    exitStatus: 2,
  },
  QP_STORE_MISMATCH: {
    means: 'The result store here is not the one in which the results of the run are.',
    remedy: 'Give all workers, overseers and those who read results the same store in QUERYPOOL_RESULTS.',
    exitStatus: 2,
  },
} as const satisfies Record<`QP_${string}`, CatalogueEntry>
