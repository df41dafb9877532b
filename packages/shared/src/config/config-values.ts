import { z } from 'zod'
import { parseDuration } from '../duration/index.ts'
import { parseS3Url } from '../result/s3-url.ts'
import { durationPattern, type SaidOfFault, text } from '../yaml/value-shapes.ts'
import { parseReference, referencePattern } from './secret-reference.ts'

// The error text of each of these goes on from "… must be", see issue-faults.ts.

/** How long something is kept, in ms; null for `never`, which is how long it takes until it goes. */
export const keptFor = text('a duration such as 90d or 12h, or `never`', `${durationPattern}|^never$`, (written) => {
  if (written === 'never') return null
  const ms = parseDuration(written)
  return ms === null || ms < 1 ? undefined : ms
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

/** Where a secret is. The secret itself is refused: a configuration file is copied, shown and kept in version control. */
export function reference(what: string, variable: string) {
  const wanted = 'a reference: `env:NAME` or `file:/path`'
  return z
    .string({ error: wanted })
    .meta({ pattern: referencePattern })
    .transform((written, context) => {
      const parsed = parseReference(written)
      if (parsed !== null) return parsed
      const isLiteral = /^\s*([a-z]+:\/\/|-----BEGIN )/i.test(written)
      const remedy = `Put ${what} into an environment variable or a file, and write \`env:${variable}\` or \`file:/run/secrets/${variable.toLowerCase()}\` here.`
      const said: SaidOfFault = isLiteral ? { sentence: `holds ${what} itself, which is a secret`, remedy } : { remedy }
      context.addIssue({ code: 'custom', message: wanted, params: { ...said } })
      return z.NEVER
    })
}
