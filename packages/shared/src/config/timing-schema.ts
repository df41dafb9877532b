import { z } from 'zod'
import { formatDuration } from '../duration/index.ts'
import { period } from '../yaml/value-shapes.ts'

/** The shape of `timing`: when a worker counts as dead or silent, and how often overseers compare. */
export const timing = z
  .strictObject(
    {
      workerLock: period('2s', '1h')
        .prefault('40s')
        .describe(
          'How long a query in Redis stays with its worker without a sign of it. A shorter pause of a worker, or outage of Redis, is none.',
        ),
      stalledCheck: period('1s', '10m')
        .prefault('15s')
        .describe(
          'How often overseers look for queries whose worker has given no sign. A dead worker is noticed after `workerLock` and this at the most.',
        ),
      silentWorker: period('2s', '2h')
        .prefault('60s')
        .describe(
          'How long a worker must have said nothing before what it runs in a database is ended there, so that another worker can run it.',
        ),
      reconcile: period('1s', '1m')
        .prefault('5s')
        .describe(
          'How often overseers compare journal, Redis and databases, and repair. What they find twice is repaired.',
        ),
    },
    { error: 'a map of keys' },
  )
  .superRefine(({ workerLock, stalledCheck, silentWorker }, context) => {
    const refuse = (sentence: string, remedy: string) =>
      context.addIssue({ code: 'custom', message: '', params: { sentence, remedy } })
    const [lock, check, silent] = [workerLock, stalledCheck, silentWorker].map(formatDuration)
    if (stalledCheck >= workerLock)
      refuse(
        `has a \`stalledCheck\` of ${check}, which is not shorter than its \`workerLock\` of ${lock}`,
        'Make `stalledCheck` shorter: a third of `workerLock`, say.',
      )
    if (silentWorker < workerLock)
      refuse(
        `has a \`silentWorker\` of ${silent}, which is shorter than its \`workerLock\` of ${lock}, so that what a worker runs would be ended while it is still its own`,
        'Make `silentWorker` as long as `workerLock`, or longer.',
      )
  })
  .describe('When a worker counts as dead, and how often overseers compare and repair. The same for all processes.')
