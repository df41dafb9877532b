import type { QueryToRun } from '@querypool/shared/journal'

/** How large the result of a query may be. */
export interface ResultLimits {
  /** What to end a result with that has come to so many rows and, with its header line, bytes; null: it may go on. */
  exceededBy(rows: number, bytes: number): ResultTooLarge | null
}

/** A result is larger than is allowed. */
export class ResultTooLarge extends Error {
  readonly code: 'QP_RESULT_TOO_LARGE' | 'QP_RESULT_TOO_MANY_ROWS'

  constructor(code: ResultTooLarge['code'], message: string) {
    super(message)
    this.code = code
  }
}

/**
 * The limits of a query: its own, and that of the configuration, of which the lower one counts.
 * @param maxResultBytes that of the configuration; null: none
 */
export function limitsOf(
  { maxRows, maxBytes }: Pick<QueryToRun, 'maxRows' | 'maxBytes'>,
  maxResultBytes: number | null,
): ResultLimits {
  const mostRows = maxRows ?? Number.POSITIVE_INFINITY
  const mostBytes = Math.min(maxBytes ?? Number.POSITIVE_INFINITY, maxResultBytes ?? Number.POSITIVE_INFINITY)
  const setBy = mostBytes === maxBytes ? 'the `maxBytes` of the query' : '`limits.maxResultBytes` of the configuration'
  return {
    exceededBy: (rows, bytes) => {
      if (rows > mostRows)
        return new ResultTooLarge(
          'QP_RESULT_TOO_MANY_ROWS',
          `it gives more than ${mostRows} rows, which is the \`maxRows\` of the query`,
        )
      if (bytes > mostBytes)
        return new ResultTooLarge(
          'QP_RESULT_TOO_LARGE',
          `its rows have more than ${mostBytes} bytes, which is ${setBy}`,
        )
      return null
    },
  }
}
