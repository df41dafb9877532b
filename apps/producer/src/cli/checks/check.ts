import { asQueryPoolError } from '@querypool/shared/errors'

/** What `doctor` found out about one thing. `fail`: it does not work, or data is in danger. */
export interface Check {
  readonly name: string
  readonly verdict: 'ok' | 'warn' | 'fail'
  readonly message: string
  readonly remedy?: string
  /** The exit status of `doctor` because of this check; absent: 0. */
  readonly exitStatus?: number
}

/** A check that failed because something was thrown: its message, its remedy, its exit status. */
export function failedCheck(name: string, thrown: unknown): Check {
  const { message, code, remedy, exitStatus } = asQueryPoolError(thrown)
  return { name, verdict: 'fail', message: `${message} [${code}]`, remedy, exitStatus }
}
