import type { ErrorCode } from '@querypool/shared/errors'

/** What a keeper tells the process that started it. */
export type KeeperMessage =
  | { readonly kind: 'progress'; readonly text: string }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string; readonly remedy: string }
