import { catalogue, type ErrorCode } from './catalogue.ts'
import { type Fault, formatFault } from './fault.ts'

/** An error of QueryPool: a code from the catalogue, what happened, and what to do about it. */
export class QueryPoolError extends Error {
  readonly code: ErrorCode
  /** What to do about it: the catalogue's remedy unless a better one was known. */
  readonly remedy: string

  constructor(code: ErrorCode, message: string, options: { remedy?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'QueryPoolError'
    this.code = code
    this.remedy = options.remedy ?? catalogue[code].remedy
  }

  /** The exit status of a command that ends because of this error (2, 3, 4, or 1). */
  get exitStatus(): 1 | 2 | 3 | 4 {
    return catalogue[this.code].exitStatus
  }

  /** The error as a person reads it on a terminal. */
  format(): string {
    return `${this.message} [${this.code}]\n  → ${this.remedy}`
  }
}

/** A file or call in which something is wrong: every fault of it, found in one go. */
export class InvalidDefinition extends QueryPoolError {
  readonly faults: readonly [Fault, ...Fault[]]

  constructor(faults: readonly [Fault, ...Fault[]]) {
    super(
      faults[0].code,
      faults.length === 1 ? faults[0].message : `${faults[0].message} (and ${faults.length - 1} more)`,
    )
    this.name = 'InvalidDefinition'
    this.faults = faults
  }

  override get exitStatus(): 2 {
    return 2
  }

  override format(): string {
    return this.faults.map((fault) => formatFault(fault, catalogue[fault.code].remedy)).join('\n')
  }
}

/** Any thrown value as a QueryPoolError; what isn't one becomes QP_INTERNAL with the original as its cause. */
export function asQueryPoolError(thrown: unknown): QueryPoolError {
  if (thrown instanceof QueryPoolError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new QueryPoolError('QP_INTERNAL', message, { cause: thrown })
}
