import { z } from 'zod'
import { parseDuration } from '../../duration/index.ts'
import { durationPattern, size, text, timeout, wholeNumber } from '../../yaml/value-shapes.ts'
import { identifierPattern } from '../identifier.ts'
import { maxDurationMs, maxRetries, mostRows, tagPattern } from '../option-limits.ts'

// The error text of each of these goes on from "… must be", see yaml/issue-faults.ts.

/** What a map of keys is called where something else stands. */
export const aMap = { error: 'a map of keys' }

const wantedTags = 'a tag or a list of tags, each of letters, digits, `_`, `-` or `.`'
const tag = z.string({ error: wantedTags }).regex(tagPattern, { error: wantedTags })

/** One tag, or a list of them. */
export const tags = z
  .union([tag, z.array(tag)], { error: wantedTags })
  .transform((given) => [...new Set(typeof given === 'string' ? [given] : given)])
  .describe('Words for `--select tag:…`; a query has those of its batch as well.')

/** How old the result of a run before may be, in ms; 0 for `none`. */
export const cache = text(
  'a duration from 1ms to 24d, such as 10m, 1h or 1h30m, or `none`',
  `${durationPattern}|^none$`,
  (written) => {
    if (written === 'none') return 0
    const ms = parseDuration(written)
    return ms === null || ms < 1 || ms > maxDurationMs ? undefined : ms
  },
).describe('The result of a run before will do if it is no older: 1h; or `none`.')

/** A single value: a default, or one of a matrix. */
export const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()], {
  error: 'a single value: a text, a number, true, false or null',
})

const wantedType = 'a type of PostgreSQL such as date, int or numeric(12,2), or a map with `type` and `default`'

/** A parameter: its type, or a map with that and more. */
export const parameter = z
  .union(
    [
      z.string({ error: wantedType }),
      z.strictObject(
        {
          type: z
            .string({ error: 'a type of PostgreSQL such as date, int or numeric(12,2)' })
            .describe('The type as PostgreSQL takes it in a cast: date, numeric(12,2), text[].'),
          default: scalar
            .optional()
            .describe('The value when none is given, as PostgreSQL reads the type from text; null is NULL.'),
          description: z.string({ error: 'a text' }).optional().describe('What it is for.'),
        },
        aMap,
      ),
    ],
    { error: wantedType },
  )
  .describe('A parameter: its type of PostgreSQL, or a map with `type` and `default`.')

/** Parameters by their names. */
export const params = z
  .record(z.string().regex(new RegExp(identifierPattern)), parameter, { error: 'a map of names to types' })
  .describe('Parameters by name. SQL uses one as `:name`.')

/** The options that a batch and a query can have. */
export const options = {
  params: params.optional(),
  timeout: timeout.optional().describe('The longest time that a query may run: 30s, 5m, 1h30m.'),
  retries: wholeNumber(0, maxRetries)
    .optional()
    .describe('How often a query may be tried again after a failure that deserves it.'),
  maxRows: wholeNumber(0, mostRows).optional().describe('How many rows a query may give.'),
  maxBytes: size.optional().describe('How many bytes the rows of a query may have as CSV: 500MB, 10GiB.'),
  tags: tags.optional(),
  cache: cache.optional(),
}
