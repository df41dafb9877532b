import { QueryPoolError } from '@querypool/shared/errors'
import { createBackfill, type NewBackfill, readBackfill } from '@querypool/shared/journal'
import { formatInstant } from '@querypool/shared/schedule'
import { findSchedule, readInstant } from '../find-schedule.ts'
import { printJson } from '../print-json.ts'
import { requester } from '../requester.ts'
import { tellIfUnattended } from '../tell-if-unattended.ts'
import { endOfBackfill, watchBackfill } from '../views/watch-backfill.ts'
import { withServices } from '../with-services.ts'

/** The options of `querypool backfill`, as they were given. */
export interface BackfillOptions {
  readonly from: string
  readonly to: string
  readonly again?: true
  readonly newestFirst?: true
  readonly maxParallel: string
  readonly dryRun?: true
  readonly detach?: true
  readonly json?: true
}

/**
 * Makes a backfill and follows it.
 * @throws QP_SCHEDULE_UNKNOWN, QP_INSTANT_INVALID, QP_BACKFILL_RANGE, QP_USAGE
 */
export async function createFromCommand(name: string, options: BackfillOptions): Promise<void> {
  const maxParallel = readMaxParallel(options.maxParallel)
  await withServices(async ({ journal }) => {
    const schedule = await findSchedule(journal, name)
    const wanted = {
      schedule: name,
      from: readInstant('from', options.from, schedule),
      to: readInstant('to', options.to, schedule),
      again: options.again === true,
      newestFirst: options.newestFirst === true,
      maxParallel,
    }
    const made = await createBackfill(journal, wanted, requester(), options.dryRun === true)
    const { id } = made
    if (id !== null) await tellIfUnattended(journal)
    if (!options.json) console.log(describeNew(made, name, schedule.definition.timezone))
    if (id === null || options.detach) {
      if (options.json) printJson({ ...made, schedule: name })
      return
    }
    if (!options.json) console.log(`Cancel it: querypool backfill cancel ${id}`)
    const ended = await watchBackfill(journal, id)
    process.exitCode = endOfBackfill(ended).exitStatus
    if (options.json) printJson({ ...made, ...(await readBackfill(journal, id)), slots: made.slots })
  })
}

function readMaxParallel(given: string): number {
  const n = /^\d{1,4}$/.test(given) ? Number(given) : Number.NaN
  if (n >= 1 && n <= 1000) return n
  throw new QueryPoolError('QP_USAGE', `--max-parallel is a whole number from 1 to 1000, not "${given}".`, {
    remedy: 'Leave it away to run one slot after the other.',
  })
}

function describeNew({ id, slots, succeeded, open }: NewBackfill, name: string, timezone: string): string {
  const [first, last] = [slots[0], slots.at(-1)].map((at) => (at ? formatInstant(at, timezone) : ''))
  const left = [
    ...(succeeded === 0 ? [] : [`${succeeded} that succeeded`]),
    ...(open === 0 ? [] : [`${open} that already wait or run`]),
  ]
  const leaving = left.length === 0 ? '' : ` It leaves alone ${left.join(' and ')}.`
  if (slots.length === 0) return `Nothing is missing of ${name}.${leaving}`
  const what = slots.length === 1 ? `the slot ${first}` : `${slots.length} slots, ${first} to ${last}`
  return `${id === null ? `A backfill of ${name} would run` : `Backfill ${id} of ${name} runs`} ${what}.${leaving}`
}
