import { z } from 'zod'
import { timeout } from '../../yaml/value-shapes.ts'
import { matrixShape } from './matrix-shape.ts'
import { aMap, options } from './shared-shapes.ts'

const wantedNames = 'the name of a query, or a list of names'
const needed = z.string({ error: wantedNames })

/** What a batch file in YAML can say of one query. */
export const queryShape = z
  .strictObject(
    {
      description: z.string({ error: 'a text' }).optional().describe('What the query is for.'),
      sql: z
        .string({ error: 'one SQL statement' })
        .optional()
        .describe('One SQL statement; over several lines under `|`.'),
      file: z
        .string({ error: 'the path of a `.sql` file' })
        .optional()
        .describe('Instead of `sql`: a file with the statement, relative to this one, in its folder or below.'),
      needs: z
        .union([needed, z.array(needed)], { error: wantedNames })
        .transform((given) => (typeof given === 'string' ? [given] : given))
        .optional()
        .describe('Queries of the batch that must have succeeded before this one begins.'),
      matrix: matrixShape.optional(),
      ...options,
      effect: z
        .enum(['read', 'write'], { error: 'one of read, write' })
        .optional()
        .describe('`write`: what the query changes is committed, once. `read` if not said.'),
      expect: timeout.optional().describe('A guess of how long the query takes, for the first run.'),
    },
    aMap,
  )
  .meta({ oneOf: [{ required: ['sql'] }, { required: ['file'] }] })
  .describe('A query, under its name.')
