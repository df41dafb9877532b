import { z } from 'zod'
import { formatDuration } from '../duration/index.ts'
import { period, type SaidOfFault, wholeNumber } from '../yaml/value-shapes.ts'
import { refuseCron, shortestGap } from './check-cron.ts'
import { refuseTimezone } from './check-timezone.ts'
import type { ScheduleDefinition } from './definition.ts'
import { parseInstant } from './parse-instant.ts'

// The error text of each of these goes on from "… must be", as in yaml/value-shapes.ts.

const wantedCron = 'a cron expression of five or six fields, such as `0 2 * * *`'
const wantedInstant = 'an instant such as 2026-01-31, 2026-01-31T02:30 or 2026-01-31T02:30:00Z'

const cron = z
  .string({ error: wantedCron })
  .describe('When it runs: minute, hour, day, month, weekday; a sixth field before them is seconds.')
const instant = z.string({ error: wantedInstant })

const mapping = z.strictObject(
  {
    cron,
    timezone: z
      .string({ error: 'the name of a time zone such as Europe/Berlin' })
      .prefault('UTC')
      .describe('The IANA name of the time zone whose clock `cron` means.'),
    missed: z
      .enum(['all', 'latest', 'none'], { error: 'one of all, latest, none' })
      .prefault('all')
      .describe('Which slots are made up for that came due while no overseer was there, or the schedule was paused.'),
    missedWithin: period('1m', '366d').prefault('24h').describe('How late a missed slot is still made up for.'),
    overlap: z
      .enum(['skip', 'queue', 'cancel-previous', 'allow'], { error: 'one of skip, queue, cancel-previous, allow' })
      .prefault('skip')
      .describe('What becomes of a slot that comes due while a run of an earlier one is not over.'),
    jitter: period('0s', '1h')
      .prefault('0s')
      .describe(
        'A slot begins up to so much later than its time, always the same for one slot. Shorter than the time between two slots.',
      ),
    start: instant
      .optional()
      .describe('No slot is before it. An instant; without an offset by the clock of `timezone`.'),
    end: instant.optional().describe('No slot is after it.'),
    pauseAfterFailures: wholeNumber(1, 1000)
      .optional()
      .describe('The schedule is paused when so many of its slots in turn have not succeeded. None: never.'),
  },
  { error: 'a cron expression or a map of keys' },
)

/** What is wrong with a part of a definition. */
interface Refusal {
  readonly key: 'cron' | 'timezone' | 'jitter' | 'start' | 'end'
  readonly said: SaidOfFault & { readonly sentence: string }
}

/**
 * The shape of `schedule` in a batch file: a cron expression, or a map with one and more. What is wrong with a cron
 * expression that stands for itself is a fault of the key as a whole.
 */
export const scheduleSchema = z
  .unknown()
  .transform((written, context): ScheduleDefinition => {
    const isText = typeof written === 'string'
    const parsed = mapping.safeParse(isText ? { cron: written } : written)
    if (!parsed.success) {
      context.issues.push(...parsed.error.issues.map((issue) => ({ ...issue, input: written as never })))
      return z.NEVER
    }
    const { start, end, missedWithin, jitter, pauseAfterFailures, ...rest } = parsed.data
    const refusals = refuseZone(rest.timezone)
    const instants = { start: null as Date | null, end: null as Date | null }
    if (refusals.length === 0) {
      instants.start = readInstant('start', start, rest.timezone, refusals)
      instants.end = readInstant('end', end, rest.timezone, refusals)
      refusals.push(...refuseTimes({ ...rest, ...instants, jitterMs: jitter }))
    }
    for (const { key, said } of refusals)
      context.addIssue({ code: 'custom', message: said.sentence, path: isText ? [] : [key], params: { ...said } })
    if (refusals.length > 0) return z.NEVER
    return {
      ...rest,
      ...instants,
      missedWithinMs: missedWithin,
      jitterMs: jitter,
      pauseAfterFailures: pauseAfterFailures ?? null,
    }
  })
  .meta({
    anyOf: [
      { type: 'string', description: 'A cron expression.' },
      withoutDialect(z.toJSONSchema(mapping, { io: 'input' })),
    ],
  })
  .describe('When the batch runs by itself: a cron expression, or a map.')

function withoutDialect({ $schema: _, ...schema }: Record<string, unknown>): Record<string, unknown> {
  return schema
}

function refuseZone(timezone: string): Refusal[] {
  const refusal = refuseTimezone(timezone)
  if (refusal === null) return []
  const said = {
    sentence: `must be the name of a time zone such as Europe/Berlin, ${refusal}`,
    remedy: remedies.timezone,
  }
  return [{ key: 'timezone', said }]
}

function readInstant(
  key: 'start' | 'end',
  written: string | undefined,
  timezone: string,
  refusals: Refusal[],
): Date | null {
  const at = written === undefined ? null : parseInstant(written, timezone)
  if (written !== undefined && at === null)
    refusals.push({ key, said: { sentence: `must be ${wantedInstant}`, remedy: remedies.instant } })
  return at
}

function refuseTimes(given: Pick<ScheduleDefinition, 'cron' | 'timezone' | 'jitterMs' | 'start' | 'end'>): Refusal[] {
  const refusals: Refusal[] = []
  const refuse = (key: Refusal['key'], sentence: string, remedy: string): void => {
    refusals.push({ key, said: { sentence, remedy } })
  }
  const { start, end, jitterMs } = given
  const refusal = refuseCron(given)
  if (refusal !== null) refuse('cron', `must be ${wantedCron}, but ${refusal}`, remedies.cron)
  if (start !== null && end !== null && end < start) refuse('end', 'is before `start`', 'Give a later `end`.')
  const gapMs = refusal === null ? shortestGap(given) : null
  if (gapMs !== null && jitterMs >= gapMs)
    refuse(
      'jitter',
      `is ${formatDuration(jitterMs)}, and two slots may be only ${formatDuration(gapMs)} apart`,
      'Make it shorter than the time between two slots.',
    )
  return refusals
}

const remedies = {
  cron: 'Write minute, hour, day of the month, month and weekday, such as `30 2 * * 1-5`; see docs/schedules.md.',
  timezone: 'Write a name of the IANA list, such as `Europe/Berlin`, `America/New_York` or `UTC`.',
  instant: 'Write a date, a date with a time of day, or these with an offset.',
}
