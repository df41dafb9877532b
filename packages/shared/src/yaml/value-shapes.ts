import { z } from 'zod'
import { parseDuration } from '../duration/index.ts'
import { parseSize } from '../size/index.ts'

// The error text of each of these goes on from "… must be", see issue-faults.ts.

/** PostgreSQL's statement_timeout and Node's timers both end here: some 24 days. */
const maxTimeoutMs = 2 ** 31 - 1
/** About what a duration is, for editors. */
export const durationPattern = '^\\s*\\d[\\d.dhmins ]*$'
const sizePattern = '^\\s*\\d+(\\.\\d{1,3})? ?([kKMGT]i?B|B)\\s*$'

/** What a fault of a value says besides: a sentence that replaces "must be …", and a remedy of its own. */
export interface SaidOfFault {
  readonly sentence?: string
  readonly remedy: string
}

/** A timeout, in ms. */
export const timeout = text('a duration from 1ms to 24d, such as 30s, 5m or 1h30m', durationPattern, (written) => {
  const ms = parseDuration(written)
  return ms === null || ms < 1 || ms > maxTimeoutMs ? undefined : ms
})

/** How long something is waited for or how often it is done, in ms; both bounds are written as in the file, and included. */
export function period(from: string, to: string) {
  const [min, max] = [parseDuration(from) ?? 0, parseDuration(to) ?? 0]
  return text(`a duration from ${from} to ${to}`, durationPattern, (written) => {
    const ms = parseDuration(written)
    return ms === null || ms < min || ms > max ? undefined : ms
  })
}

/** A size in bytes. */
export const size = text('a size with its unit, such as 10GiB or 500MB, and not 0', sizePattern, (written) => {
  return parseSize(written) || undefined
})

/** A whole number, both bounds included. */
export function wholeNumber(min: number, max: number) {
  const error = `a whole number from ${min} to ${max}`
  return z.int({ error }).min(min, { error }).max(max, { error })
}

/** A text that `parse` makes a value of, or undefined if it cannot; `wanted` says what it has to be. */
export function text<T>(wanted: string, pattern: string, parse: (written: string) => T | undefined) {
  return z
    .string({ error: wanted })
    .meta({ pattern })
    .transform((written, context): T => {
      const value = parse(written)
      if (value !== undefined) return value
      context.addIssue({ code: 'custom', message: wanted })
      return z.NEVER
    })
}
