import { z } from 'zod'
import { parseDuration } from '../duration/index.ts'
import { parseS3Url } from '../result/s3-url.ts'
import { parseSize } from '../size/index.ts'
import { parseReference, referencePattern } from './secret-reference.ts'

// The error text of each of these goes on from "… must be", see issue-faults.ts.

/** PostgreSQL's statement_timeout and Node's timers both end here: some 24 days. */
const maxTimeoutMs = 2 ** 31 - 1
const durationPattern = '^\\s*\\d[\\d.dhmins ]*$'
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

/** How long something is kept, in ms; null for `never`, which is how long it takes until it goes. */
export const keptFor = text('a duration such as 90d or 12h, or `never`', `${durationPattern}|^never$`, (written) => {
  if (written === 'never') return null
  const ms = parseDuration(written)
  return ms === null || ms < 1 ? undefined : ms
})

/** A size in bytes. */
export const size = text('a size with its unit, such as 10GiB or 500MB, and not 0', sizePattern, (written) => {
  return parseSize(written) || undefined
})

/** A name that PostgreSQL knows something by. `none` is no role: SET ROLE takes it to mean the opposite. */
export const role = text('the name of a role, in up to 63 bytes', '^(?!none$)[^\\u0000]+$', (written) =>
  written === '' || written === 'none' || written.includes('\0') || Buffer.byteLength(written) > 63
    ? undefined
    : written,
)

/** A folder. What a shell would unfold is refused, for it would become a folder of that very name. */
export const folder = text(
  'the path of a folder, without ~ and variables',
  '^(?![~$]|env:|file:)[^\\u0000]+$',
  (written) => (written === '' || written.includes('\0') || /^([~$]|env:|file:)/.test(written) ? undefined : written),
)

/** A place in S3 for the result store. */
export const s3Url = text(
  'a place in S3, such as s3://bucket/prefix',
  "^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\\w!.*'()/-]*)?$",
  (written) => {
    try {
      parseS3Url(written)
      return written
    } catch {
      return undefined
    }
  },
)

/** A whole number, both bounds included. */
export function wholeNumber(min: number, max: number) {
  const error = `a whole number from ${min} to ${max}`
  return z.int({ error }).min(min, { error }).max(max, { error })
}

/** Where a secret is. The secret itself is refused: a configuration file is copied, shown and kept in version control. */
export function reference(what: string, variable: string) {
  const wanted = 'a reference: `env:NAME` or `file:/path`'
  return z
    .string({ error: wanted })
    .meta({ pattern: referencePattern })
    .transform((written, context) => {
      const parsed = parseReference(written)
      if (parsed !== null) return parsed
      const isLiteral = /^\s*(postgres(ql)?:\/\/|-----BEGIN )/i.test(written)
      const remedy = `Put ${what} into an environment variable or a file, and write \`env:${variable}\` or \`file:/run/secrets/${variable.toLowerCase()}\` here.`
      const said: SaidOfFault = isLiteral ? { sentence: `holds ${what} itself, which is a secret`, remedy } : { remedy }
      context.addIssue({ code: 'custom', message: wanted, params: { ...said } })
      return z.NEVER
    })
}

/** A text that `parse` makes a value of, or undefined if it cannot; `wanted` says what it has to be. */
function text<T>(wanted: string, pattern: string, parse: (written: string) => T | undefined) {
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
