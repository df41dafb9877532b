import { z } from 'zod'
import { parseDuration } from '../../duration/index.ts'
import { notifySchema } from '../../notify/index.ts'
import { scheduleSchema } from '../../schedule/index.ts'
import { durationPattern, text, wholeNumber } from '../../yaml/value-shapes.ts'
import { identifierPattern } from '../identifier.ts'
import { refusePublishName } from '../publish-name.ts'
import { queryShape } from './query-shape.ts'
import { options } from './shared-shapes.ts'

const wantedName = 'a name of up to 63 of the letters a to z and A to Z, digits and `_`, and no digit first'
const wantedDatabase = 'the name of a database in the configuration, never its URL'

const name = text(wantedName, identifierPattern, (written) =>
  new RegExp(identifierPattern).test(written) ? written : undefined,
)
const databasePattern = '^[A-Za-z_][A-Za-z0-9_-]{0,62}$'
const database = text(wantedDatabase, databasePattern, (written) =>
  new RegExp(databasePattern).test(written) ? written : undefined,
)
const publish = z.string({ error: 'the name of a BullMQ queue' }).superRefine((written, context) => {
  const sentence = refusePublishName(written)
  if (sentence !== null)
    context.addIssue({
      code: 'custom',
      message: '',
      params: { sentence: `is not right: ${sentence.replace(/\.$/, '')}`, remedy: 'Choose another name.' },
    })
})
const keep = text('a duration such as 90d or 12h', durationPattern, (written) => {
  const ms = parseDuration(written)
  return ms === null || ms < 1 ? undefined : ms
})

/** How many queries of a run may run at once at the most. */
const mostParallel = 1000

/** What a batch file in YAML can say: the one definition of its shape, its checks and its JSON Schema. */
export const batchShape = z
  .strictObject(
    {
      name: name.describe('What the batch is called, whatever its file is called: letters, digits and _, at most 63.'),
      description: z.string({ error: 'a text' }).optional().describe('What the batch is for.'),
      database: database.optional().describe('The name of the database in the configuration.'),
      ...options,
      publish: publish.optional().describe('The name of a BullMQ queue that gets an envelope of each result.'),
      onFailure: z
        .enum(['continue', 'stop'], { error: 'one of continue, stop' })
        .optional()
        .describe('What becomes of the others when a query has failed for good; `continue` if not said.'),
      snapshot: z
        .enum(['own', 'shared'], { error: 'one of own, shared' })
        .optional()
        .describe('What queries see: each the data as they are when it begins (`own`), or all of them one snapshot.'),
      identical: z
        .enum(['each', 'once'], { error: 'one of each, once' })
        .optional()
        .describe('Whether reads that are the same run each by themselves, or once for all of them.'),
      maxParallel: wholeNumber(1, mostParallel).optional().describe('How many queries of a run may run at once.'),
      schedule: scheduleSchema.optional(),
      notify: notifySchema.optional(),
      keep: keep.optional().describe('How long its runs are kept after they have ended: 90d.'),
      queries: z
        .record(z.string().regex(new RegExp(identifierPattern)), queryShape, {
          error: 'a map of names to queries',
        })
        .describe('The queries by name.'),
    },
    { error: 'a map with keys such as `name` and `queries`' },
  )
  .describe('A batch of queries for QueryPool. See docs/batch-files.md.')
