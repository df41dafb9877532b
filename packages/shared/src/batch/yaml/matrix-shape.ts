import { z } from 'zod'
import { identifierPattern } from '../identifier.ts'
import { scalar } from './shared-shapes.ts'

/** The most entries that `include` and `exclude` can have, each. */
const mostEntries = 1000

const wantedValues = 'a list of values: texts, numbers, true, false or null'
const wantedEntries = `a list of up to ${mostEntries} maps, each of values by their keys`
const entry = z
  .record(z.string().regex(new RegExp(identifierPattern)), scalar, { error: wantedEntries })
  .refine((values) => Object.keys(values).length > 0, { error: 'a map with a key or more' })
const entries = z.array(entry, { error: wantedEntries }).max(mostEntries, { error: wantedEntries })

/** What `matrix` can say: keys with their values, and which combinations there are besides or are not. */
export const matrixShape = z
  .object({
    include: entries
      .optional()
      .describe(
        'Further keys of combinations whose values it repeats, or where there is none, combinations of their own.',
      ),
    exclude: entries.optional().describe('Combinations that are left out: all that have these values.'),
  })
  .catchall(z.array(scalar, { error: wantedValues }).min(1, { error: wantedValues }))
  .meta({ propertyNames: { pattern: identifierPattern } })
  .describe('One query for each combination of values. A key is a parameter of the query: `:key`.')
