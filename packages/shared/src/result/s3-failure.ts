import { type ErrorCode, QueryPoolError } from '../errors/index.ts'

// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
const codesByName: Readonly<Record<string, ErrorCode>> = {
  NoSuchBucket: 'QP_STORE_NO_BUCKET',
  AccessDenied: 'QP_STORE_DENIED',
  Forbidden: 'QP_STORE_DENIED',
  InvalidAccessKeyId: 'QP_STORE_DENIED',
  SignatureDoesNotMatch: 'QP_STORE_DENIED',
  ExpiredToken: 'QP_STORE_DENIED',
  InvalidToken: 'QP_STORE_DENIED',
  RequestTimeTooSkewed: 'QP_STORE_DENIED',
  CredentialsProviderError: 'QP_STORE_DENIED',
  TokenProviderError: 'QP_STORE_DENIED',
}

/** What went wrong with S3, with its code and where: no answer, or one that says no. */
export function s3Failure(cause: unknown, where: string): QueryPoolError {
  if (cause instanceof QueryPoolError) return cause
  const { name, message } = cause instanceof Error ? cause : { name: 'Error', message: String(cause) }
  const why = message === '' || message === name ? name : `${message} (${name})`
  if (message === 'Region is missing')
    return new QueryPoolError('QP_STORE_UNUSABLE', `${where}: ${why}`, { cause, remedy: 'Set AWS_REGION.' })
  return new QueryPoolError(codeOf(name, statusOf(cause)), `${where}: ${why}`, { cause })
}

function codeOf(name: string, status: number | undefined): ErrorCode {
  const known = codesByName[name]
  if (known !== undefined) return known
  if (status === 403 || status === 401) return 'QP_STORE_DENIED'
  // 507: its disks are full. Else a server that answers 5xx is as good as away.
  if (status === undefined || (status >= 500 && status !== 507)) return 'QP_STORE_UNREACHABLE'
  return 'QP_STORE_WRITE'
}

/** The HTTP status of what S3 answered; undefined: it did not answer. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined
  return (error.$metadata as { httpStatusCode?: number }).httpStatusCode
}
