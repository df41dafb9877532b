import { asQueryPoolError, catalogue, InvalidDefinition } from '@querypool/shared/errors'

/** What `doctor` found out about one thing. `fail`: it does not work, or data is in danger. */
export interface Check {
  readonly name: string
  readonly verdict: 'ok' | 'warn' | 'fail'
  readonly message: string
  readonly remedy?: string
  /** The exit status of `doctor` because of this check; absent: 0. */
  readonly exitStatus?: number
}

/** All is well. */
export function ok(name: string, message: string): Check {
  return { name, verdict: 'ok', message }
}

/** It works, but not as it should. */
export function warn(name: string, message: string, remedy: string): Check {
  return { name, verdict: 'warn', message, remedy }
}

/** It does not work, or data is in danger. */
export function fail(name: string, message: string, remedy: string, exitStatus = 1): Check {
  return { name, verdict: 'fail', message, remedy, exitStatus }
}

/** Checks that failed because something was thrown: its message, its remedy, its exit status; one for each fault of a file. */
export function failedChecks(name: string, thrown: unknown): Check[] {
  if (thrown instanceof InvalidDefinition)
    return thrown.faults.map(({ code, message, place, remedy }) => {
      const at = place?.line === undefined ? '' : `:${place.line}:${place.column ?? 1}`
      const where = place === undefined ? '' : `${place.file}${at}: `
      return fail(name, `${where}${message} [${code}]`, remedy ?? catalogue[code].remedy, thrown.exitStatus)
    })
  const { message, code, remedy, exitStatus } = asQueryPoolError(thrown)
  return [fail(name, `${message} [${code}]`, remedy, exitStatus)]
}
